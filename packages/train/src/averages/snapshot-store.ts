import type { CheckpointStore } from '../checkpoint-store.ts';
import { trainError } from '../errors.ts';
import type { TrainConfig } from '../train-config.ts';
import type { TrainState } from '../train-state.ts';
import { decodeSnapshot, encodeSnapshot, type Snapshot } from './snapshot.ts';

const NAME = /^averages-(\d{8,})\.safetensors$/;

/** Returns the name of a snapshot, such as `averages-00000500.safetensors`. */
export function snapshotName(step: number): string {
  return `averages-${String(step).padStart(8, '0')}.safetensors`;
}

/** Returns the steps that have a snapshot, in ascending order. Ignores entries with other names. */
export async function snapshotSteps(store: Pick<CheckpointStore, 'list'>): Promise<readonly number[]> {
  const steps = (await store.list()).flatMap((name) => {
    const digits = NAME.exec(name)?.[1];
    return digits === undefined ? [] : [Number(digits)];
  });
  return steps.sort((a, b) => a - b);
}

/**
 * Returns whether a snapshot is due after a step. The snapshots have equal intervals, and the last one comes after
 * the last step.
 */
export function isSnapshotDue({ ema, steps }: Pick<TrainConfig, 'ema' | 'steps'>, step: number): boolean {
  if (ema.kind !== 'power') return false;
  const due = (at: number): number => Math.floor((at * ema.snapshots) / steps);
  return due(step) > due(step - 1);
}

/**
 * Saves the averages of a state. If a run is resumed with more steps, there may be more snapshots than
 * `ema.snapshots`. Those that are closest to their neighbours are then removed.
 */
export async function saveSnapshot(
  store: CheckpointStore,
  { ema }: Pick<TrainConfig, 'ema'>,
  step: number,
  state: TrainState,
): Promise<void> {
  const second = state.ema2;
  if (ema.kind !== 'power' || second === undefined) return;
  await store.put(
    snapshotName(step),
    encodeSnapshot({ step, lengths: ema.lengths, averages: [state.ema, second] }),
  );
  const steps = await snapshotSteps(store);
  const kept = new Set(thinned(steps, ema.snapshots));
  for (const each of steps) if (!kept.has(each)) await store.remove(snapshotName(each));
}

/** Removes the snapshots of later steps, which belong to an abandoned history of the run. */
export async function removeLaterSnapshots(store: CheckpointStore, step: number): Promise<void> {
  for (const each of await snapshotSteps(store)) if (each > step) await store.remove(snapshotName(each));
}

/**
 * Reads the snapshot of a step.
 *
 * @throws `RUN_CHECKPOINT_DAMAGED` also if the file contains a different step; `RUN_CHECKPOINT_VERSION` if a newer
 *   version of isonoise wrote it
 */
export async function readSnapshot(store: CheckpointStore, step: number): Promise<Snapshot> {
  const snapshot = decodeSnapshot(await store.get(snapshotName(step)));
  if (snapshot.step === step) return snapshot;
  throw trainError(
    'RUN_CHECKPOINT_DAMAGED',
    `snapshot ${snapshotName(step)}: contains step ${snapshot.step}; expected the step in its name. Remove the file.`,
  );
}

/**
 * Removes steps until at most `most` remain. Always removes the step whose neighbours are closest to each other, but
 * never the last step.
 *
 * @param steps ascending
 */
export function thinned(steps: readonly number[], most: number): readonly number[] {
  const kept = [...steps];
  while (kept.length > most) {
    const gaps = kept.slice(0, -1).map((_, i) => (kept[i + 1] ?? 0) - (kept[i - 1] ?? 0));
    kept.splice(gaps.indexOf(Math.min(...gaps)), 1);
  }
  return kept;
}
