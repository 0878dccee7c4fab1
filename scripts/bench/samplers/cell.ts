import { createHash } from 'node:crypto';
import { type ModelSpec, schedulerMeaning, toSchedule } from '@isonoise/bundle';
import { countCalls, planRows, planSampling, type Row, type SamplerName } from '@isonoise/sampler';

/** Seed of all images. */
export const SEED = 1;
/** Spacing of all samplers. */
export const SPACING = 'trailing';

/** A measurement of a sampler with a number of steps that needs at most `calls` network calls. */
export interface Cell {
  readonly sampler: SamplerName;
  /** Largest number of network calls for each image. */
  readonly calls: number;
  readonly steps: number;
  /** Whether the sampler draws noise in its steps. If so, an exact solution does not exist. */
  readonly isRandom: boolean;
  /**
   * Hash of all settings that determine the images, except the network. Results of an earlier run with the same hash
   * are reused.
   */
  readonly key: string;
}

/**
 * Returns the cell of a sampler with as many steps as possible; undefined if even one step needs more than
 * `calls` calls.
 */
export function cellWithin(spec: ModelSpec, sampler: SamplerName, calls: number): Cell | undefined {
  for (let steps = calls; steps >= 1; steps--) {
    const cell = cellOf(spec, sampler, steps, calls);
    if (cell !== undefined) return cell;
  }
  return undefined;
}

/**
 * Returns the cell of a sampler with the given number of steps; undefined if they need more than `calls` calls.
 */
export function cellOf(
  spec: ModelSpec,
  sampler: SamplerName,
  steps: number,
  calls: number,
): Cell | undefined {
  const plan = planSampling({
    shape: spec.image,
    schedule: toSchedule(spec.scheduler),
    predictionType: schedulerMeaning(spec.scheduler).predictionType,
    seed: SEED,
    images: 1,
    sampler,
    steps,
    spacing: SPACING,
  });
  const rows = planRows(plan);
  if (countCalls(rows) > calls) return undefined;
  const { seed, predictionType, clip } = plan;
  const key = createHash('sha256').update(JSON.stringify({ seed, predictionType, clip, rows })).digest('hex');
  return { sampler, calls, steps, isRandom: rows.some(drawsNoise), key };
}

function drawsNoise(row: Row): boolean {
  const terms = [row.next, ...(row.keep ?? [])];
  const isLearned = row.at !== null && row.learnedNoise !== undefined;
  return isLearned || terms.some(({ noise = [] }) => noise.some((factor) => factor !== 0));
}
