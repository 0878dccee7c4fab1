import { fillNormals, uniformIntegers } from '@isonoise/random';
import type { DdpmVariance } from '@isonoise/sampler';
import { qSample } from '@isonoise/schedule';
import { boundTerms, priorTerm, type ReverseModel } from './bound-terms.ts';
import {
  type CallOptions,
  callNetwork,
  imageSize,
  type LikelihoodImages,
  pickConditions,
} from './call-network.ts';
import type { Stratum } from './timestep-strata.ts';

export interface BoundOptions extends CallOptions, ReverseModel {
  readonly variances: readonly DdpmVariance[];
  readonly strata: readonly Stratum[];
  /** Seed of the noise and the timesteps. */
  readonly seed: number | bigint;
}

/** Terms of the variational bound of images, in bits per dimension. */
export interface BoundTerms {
  /** L_T of each image, `[B]`. */
  readonly prior: Float64Array;
  /** The timestep of each image in each stratum, `[B, S]`. */
  readonly timesteps: Int32Array;
  /**
   * For each variance, L_t of each image at these timesteps, `[B, S]`. Before adding, multiply each term by the count
   * of its stratum.
   */
  readonly terms: readonly Float64Array[];
}

/**
 * Estimates the variational bound of −log p(x_0). Each image is evaluated at one random timestep of each stratum.
 *
 * @throws `EVALUATE_SHAPE`, `EVALUATE_NON_FINITE`, `SAMPLER_OUTPUT`; errors of the network; the signal's reason if
 *   aborted
 *
 * Source: Ho et al. 2020, arXiv 2006.11239, eq. 5.
 */
export async function variationalBound(images: LikelihoodImages, options: BoundOptions): Promise<BoundTerms> {
  const { schedule, strata, variances, batchSize } = options;
  const { x0, numbers, condition } = images;
  const size = imageSize(images);
  const timesteps = chooseTimesteps(numbers, options);
  const terms = variances.map(() => new Float64Array(timesteps.length));
  for (let first = 0; first < timesteps.length; first += batchSize) {
    const end = Math.min(first + batchSize, timesteps.length);
    const rows = Array.from({ length: end - first }, (_, k) => Math.floor((first + k) / strata.length));
    const t = timesteps.subarray(first, end);
    const clean = gather(x0, rows, size);
    const noise = new Float32Array(clean.length);
    rows.forEach((row, k) => {
      const stream = { seed: options.seed, image: numbers[row] as number, step: t[k] as number } as const;
      fillNormals(noise.subarray(k * size, (k + 1) * size), { ...stream, purpose: 'forwardNoise' });
    });
    const noisy = qSample(schedule, clean, t, noise);
    const chosen = pickConditions(condition, numbers.length, rows);
    const { prediction, variance } = await callNetwork(options, noisy, Float32Array.from(t), chosen);
    rows.forEach((_, k) => {
      const of = (array: Float32Array): Float32Array => array.subarray(k * size, (k + 1) * size);
      const arrays = {
        x0: of(clean),
        xt: of(noisy),
        prediction: of(prediction),
        variance: variance === undefined ? undefined : of(variance),
      };
      boundTerms(options, t[k] as number, arrays, variances).forEach((term, v) => {
        (terms[v] as Float64Array)[first + k] = term;
      });
    });
  }
  const prior = Float64Array.from(numbers, (_, row) =>
    priorTerm(schedule, x0.subarray(row * size, (row + 1) * size)),
  );
  return { prior, timesteps, terms };
}

/** Draws a random timestep of each stratum for each image, `[B, S]`. */
function chooseTimesteps(numbers: readonly number[], { strata, seed }: BoundOptions): Int32Array {
  const chosen = numbers.flatMap((image) =>
    strata.map(({ first, count }, step) => {
      if (count === 1) return first;
      const [offset = 0] = uniformIntegers(1, count, { seed, image, step, purpose: 'timesteps' });
      return first + offset;
    }),
  );
  return Int32Array.from(chosen);
}

function gather(x0: Float32Array, rows: readonly number[], size: number): Float32Array {
  const gathered = new Float32Array(rows.length * size);
  rows.forEach((row, k) => {
    gathered.set(x0.subarray(row * size, (row + 1) * size), k * size);
  });
  return gathered;
}
