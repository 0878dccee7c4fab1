import { isIsonoiseError } from '@isonoise/error';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { trainError } from './errors.ts';
import type { BestBy } from './quality.ts';

/** Storage of checkpoints, in a folder, a browser or memory. */
export interface CheckpointStore {
  /** Lists the names of all complete entries, in any order. */
  list(): Promise<readonly string[]>;
  get(name: string): Promise<Uint8Array>;
  /**
   * Writes an entry atomically and durably. After a crash, an entry is never partial. If the promise has resolved,
   * the new entry is there.
   */
  put(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
}

const NAME = /^step-(\d{8,})\.safetensors$/;

/** Returns the name of a checkpoint, such as `step-00001200.safetensors`. Sorted names have the order of the steps. */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(8, '0')}.safetensors`;
}

/** Returns the step in the name of a checkpoint; null for other names, such as the name of a snapshot. */
export function checkpointStep(name: string): number | null {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Returns the steps that have a checkpoint, latest first. Ignores entries with other names. */
export async function checkpointSteps(store: CheckpointStore): Promise<readonly number[]> {
  const steps = (await store.list()).flatMap((name) => checkpointStep(name) ?? []);
  return steps.sort((a, b) => b - a);
}

export interface SavedCheckpoint {
  readonly name: string;
  /** Whether it is the best checkpoint by the measure of the configuration, which is the smoothed loss or FID. */
  readonly best: boolean;
  /** Names of removed checkpoints. */
  readonly removed: readonly string[];
}

/**
 * Saves a checkpoint, and then removes all except the last `keep` and the best one. Also removes checkpoints of later
 * steps. They exist if the run was resumed from an earlier step, and belong to an abandoned history.
 */
export async function saveCheckpoint(
  store: CheckpointStore,
  checkpoint: Checkpoint,
  keep: number,
): Promise<SavedCheckpoint> {
  const { step } = checkpoint;
  const best = bestStep(checkpoint);
  const name = checkpointName(step);
  await store.put(name, encodeCheckpoint(checkpoint));
  const steps = await checkpointSteps(store);
  const kept = new Set(steps.filter((saved) => saved <= step).slice(0, keep));
  if (best !== null) kept.add(best);
  const removed = steps.filter((saved) => !kept.has(saved)).map(checkpointName);
  for (const each of removed) await store.remove(each);
  return { name, best: best === step, removed };
}

/**
 * Returns the step of the best checkpoint by the measure of the configuration; null if none has been saved or
 * measured.
 */
export function bestStep({ config, loss, quality }: Checkpoint): number | null {
  return (config.best === 'fid' ? quality?.best?.step : loss.best?.step) ?? null;
}

/**
 * Forgets the best checkpoint of a run if its file is missing. A user may have removed it, or the best checkpoint may
 * have been chosen by a different measure. The next checkpoint is then the best.
 *
 * @param best the measure for the best checkpoint from now on
 */
export async function withoutLostBest(
  store: CheckpointStore,
  { loss, quality }: Checkpoint,
  best: BestBy,
): Promise<Pick<Checkpoint, 'loss' | 'quality'>> {
  const steps = await checkpointSteps(store);
  const isLost = (found: { readonly step: number } | null | undefined): boolean =>
    found !== null && found !== undefined && !steps.includes(found.step);
  if (best === 'loss') return { loss: isLost(loss.best) ? { ...loss, best: null } : loss, quality };
  return { loss, quality: quality && isLost(quality.best) ? { ...quality, best: null } : quality };
}

export interface DamagedCheckpoint {
  readonly name: string;
  readonly error: Error;
}

export interface LoadedCheckpoint {
  readonly name: string;
  readonly checkpoint: Checkpoint;
  /** Later checkpoints that are damaged, with the reasons. The caller should report them. */
  readonly damaged: readonly DamagedCheckpoint[];
}

/**
 * Loads the latest intact checkpoint. The result also lists damaged ones.
 *
 * @throws `RUN_CHECKPOINT_NOT_FOUND` if the store has no checkpoint, or all are damaged;
 *   `RUN_CHECKPOINT_VERSION` if a newer version of isonoise wrote the latest checkpoint that is not damaged
 */
export async function loadLatestCheckpoint(store: CheckpointStore): Promise<LoadedCheckpoint> {
  const damaged: DamagedCheckpoint[] = [];
  for (const step of await checkpointSteps(store)) {
    const name = checkpointName(step);
    try {
      return { name, checkpoint: await readCheckpoint(store, step), damaged };
    } catch (error) {
      if (!isIsonoiseError(error) || error.code !== 'RUN_CHECKPOINT_DAMAGED') throw error;
      damaged.push({ name, error });
    }
  }
  const reasons = damaged.map(({ name, error }) => `\n  ${name}: ${error.message}`).join('');
  throw trainError(
    'RUN_CHECKPOINT_NOT_FOUND',
    damaged.length === 0
      ? 'checkpoint: the run has no checkpoint; expected one, to resume. Begin the run without resuming.'
      : `checkpoint: all ${damaged.length} checkpoints are damaged; expected an intact one, to resume. Begin a run with a different name.${reasons}`,
  );
}

/**
 * Reads the checkpoint of a step. Refuses a file that contains a different step. Otherwise, an early checkpoint with
 * the name of a later step would remain the latest file, and every resumed run would lose the steps after it.
 *
 * @throws `RUN_CHECKPOINT_DAMAGED` also if the file contains a different step; `RUN_CHECKPOINT_VERSION` if a newer
 *   version of isonoise wrote it
 */
export async function readCheckpoint(store: CheckpointStore, step: number): Promise<Checkpoint> {
  const name = checkpointName(step);
  const checkpoint = decodeCheckpoint(await store.get(name));
  if (checkpoint.step === step) return checkpoint;
  throw trainError(
    'RUN_CHECKPOINT_DAMAGED',
    `checkpoint ${name}: contains step ${checkpoint.step}; expected the step in its name. ` +
      `Rename it to ${checkpointName(checkpoint.step)}.`,
  );
}

/** Creates a store in memory, for browser tabs without storage and for tests. */
export function memoryStore(entries: Map<string, Uint8Array> = new Map()): CheckpointStore {
  return {
    list: async () => [...entries.keys()],
    get: async (name) => {
      const bytes = entries.get(name);
      if (bytes === undefined)
        throw trainError(
          'RUN_CHECKPOINT_NOT_FOUND',
          `checkpoint: ${name} does not exist; expected a stored checkpoint. Choose another one.`,
        );
      return bytes.slice();
    },
    put: async (name, bytes) => void entries.set(name, bytes.slice()),
    remove: async (name) => void entries.delete(name),
  };
}
