import { isIsonoiseError } from '@isonoise/error';
import type { Checkpoint } from '../checkpoint.ts';
import type { CheckpointStore, DamagedCheckpoint } from '../checkpoint-store.ts';
import { trainError } from '../errors.ts';
import { combineProfiles } from './combine-profiles.ts';
import { exponentOf, type Profile } from './power-function.ts';
import type { Snapshot } from './snapshot.ts';
import { readSnapshot, snapshotName, snapshotSteps } from './snapshot-store.ts';

/** An average of the weights that is computed after the training. */
export interface ReconstructedAverage {
  /** Length of the average, σ_rel. */
  readonly length: number;
  /** The average, `[P]`. */
  readonly weights: Float32Array;
  /** Relative error of its profile, as in `Combination`; 0 if it is exact. */
  readonly error: number;
}

export interface Reconstruction {
  /** The averages, in the order of the requested lengths. */
  readonly averages: readonly ReconstructedAverage[];
  /** Snapshots that cannot be used, with the reasons. The caller should report them. */
  readonly damaged: readonly DamagedCheckpoint[];
}

/**
 * Computes averages of any length at a step from the snapshots up to that step. Sums are float64, and are rounded once
 * to float32. For a length that the run tracks, the result is the tracked average, bit for bit.
 *
 * @param checkpoint a checkpoint of the run, whose averages serve as a snapshot
 * @param lengths requested lengths σ_rel, in `LENGTH_RANGE`
 * @param step a step with a snapshot. Default: the step of the checkpoint
 * @throws `RUN_SNAPSHOT_NOT_FOUND` if the run has no power-function averages, or none at this step
 */
export async function reconstructAverages(
  store: CheckpointStore,
  checkpoint: Checkpoint,
  lengths: readonly number[],
  step: number = checkpoint.step,
): Promise<Reconstruction> {
  const { ema } = checkpoint.config;
  if (ema.kind !== 'power') {
    throw trainError(
      'RUN_SNAPSHOT_NOT_FOUND',
      `averages: the run has one exponential average, decay ${ema.decay}; expected power-function averages. ` +
        'Train with --ema power.',
    );
  }
  const exponents = ema.lengths.map(exponentOf);
  const count = checkpoint.state.theta.length;
  const read = async (at: number): Promise<Snapshot> => {
    const { state } = checkpoint;
    const own: Snapshot = {
      step: at,
      lengths: ema.lengths,
      averages: [state.ema, state.ema2 ?? state.ema],
    };
    return at === checkpoint.step ? own : requireSame(await readSnapshot(store, at), ema.lengths, count);
  };
  const damaged: DamagedCheckpoint[] = [];
  for (;;) {
    const unusable = new Set(damaged.map(({ name }) => name));
    const steps = await usableSteps(store, checkpoint.step, step, unusable);
    const stored = steps.flatMap((each) => exponents.map((exponent): Profile => ({ step: each, exponent })));
    const found = lengths.map((length) => combineProfiles(stored, { step, exponent: exponentOf(length) }));
    const sums = lengths.map(() => new Float64Array(count));
    const failed = await addAll(steps, read, found, sums);
    if (failed === null) {
      const averages = lengths.map((length, i) => ({
        length,
        weights: Float32Array.from(sums[i] as Float64Array),
        error: found[i]?.error ?? 0,
      }));
      return { averages, damaged };
    }
    damaged.push(failed);
  }
}

/** Returns the steps of the snapshots for computing averages at `step`, in ascending order. */
async function usableSteps(
  store: CheckpointStore,
  last: number,
  step: number,
  unusable: ReadonlySet<string>,
): Promise<readonly number[]> {
  const saved = (await snapshotSteps(store)).filter(
    (each) => each < last && !unusable.has(snapshotName(each)),
  );
  const all = [...saved, last];
  if (all.includes(step)) return all.filter((each) => each <= step);
  throw trainError(
    'RUN_SNAPSHOT_NOT_FOUND',
    `averages: the run has no usable snapshot at step ${step}; expected one of ${all.join(', ')}.`,
  );
}

/**
 * Adds the averages of all steps to the sums.
 *
 * @returns the first snapshot that is damaged; null if all were added
 */
async function addAll(
  steps: readonly number[],
  read: (step: number) => Promise<Snapshot>,
  combinations: readonly { readonly weights: Float64Array }[],
  sums: readonly Float64Array[],
): Promise<DamagedCheckpoint | null> {
  for (const [i, step] of steps.entries()) {
    let snapshot: Snapshot;
    try {
      snapshot = await read(step);
    } catch (error) {
      if (!isIsonoiseError(error) || error.code !== 'RUN_CHECKPOINT_DAMAGED') throw error;
      return { name: snapshotName(step), error };
    }
    for (const [k, { weights }] of combinations.entries()) {
      for (const [j, average] of snapshot.averages.entries()) {
        add(sums[k] as Float64Array, weights[i * snapshot.averages.length + j] as number, average);
      }
    }
  }
  return null;
}

function add(sum: Float64Array, weight: number, vector: Float32Array): void {
  if (weight === 0) return;
  for (let p = 0; p < sum.length; p++) sum[p] = (sum[p] as number) + weight * (vector[p] as number);
}

/** Refuses a snapshot from a different run, which may have been copied into the folder. */
function requireSame(snapshot: Snapshot, lengths: readonly number[], count: number): Snapshot {
  const sizes = snapshot.averages.map(({ length }) => length);
  if (String(snapshot.lengths) === String(lengths) && sizes.every((size) => size === count)) return snapshot;
  throw trainError(
    'RUN_CHECKPOINT_DAMAGED',
    `snapshot: its averages have lengths ${snapshot.lengths.join(', ')} and ${sizes.join(', ')} values; expected ` +
      `${lengths.join(', ')} and ${count}, as in the run. Remove the file.`,
  );
}
