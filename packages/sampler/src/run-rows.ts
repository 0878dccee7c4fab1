import type { Level, PredictionType } from '@isonoise/schedule';
import type { Condition } from './condition.ts';
import type { Denoiser, LevelNetwork } from './denoiser.ts';
import { samplerError } from './errors.ts';
import { evaluate } from './evaluate.ts';
import type { NoiseSource } from './noise-source.ts';
import { prepareRow } from './prepare-row.ts';
import type { Row } from './row.ts';
import { createScratch, takePreparedRow } from './take-row.ts';
import type { Threshold } from './threshold.ts';

/** Options of a run, for all samplers. */
export interface RunOptions {
  readonly predictionType: PredictionType;
  /** Noise of each image, step and draw; called only for steps that use noise. */
  readonly noise: NoiseSource;
  /** Number of each image of the batch, `[B]`; selects its noise. */
  readonly images: readonly number[];
  /** Class or tags of each image, for a conditional network. */
  readonly condition?: Condition | undefined;
  /** Clips x_0 to [-clip, clip] in each row. Default: no clipping. */
  readonly clip?: number | undefined;
  /** Dynamic thresholding of x_0 in each row, before clipping. Default: none. */
  readonly threshold?: Threshold | undefined;
  /** Index of the first row to take; larger for a resumed run. Default 0. */
  readonly firstRow?: number | undefined;
  /** The memory before that row. Default: empty. */
  readonly memory?: readonly Float32Array[] | undefined;
  /** The signal is checked before and after each network call; a call itself is not interrupted. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A finished row. Its arrays are inputs of later rows, which do not change them; the caller must not change them
 * either.
 */
export interface FinishedRow {
  /** Index of its step, from 0. */
  readonly step: number;
  /** Whether the step is done. */
  readonly endsStep: boolean;
  /** Current images, `[B, …]`. */
  readonly x: Float32Array;
  /** Estimate of x_0, thresholded and clipped if that is set, `[B, …]`; `x` for a row without a network call. */
  readonly x0: Float32Array;
  /** Memory for later rows, each `[B, …]`. */
  readonly memory: readonly Float32Array[];
}

/**
 * Runs the rows of a sampler.
 *
 * @param network the network; `options.predictionType` is the type of its output
 * @param x images before the first row, `[B, …]`; not written to
 * @returns the rows, yielded as they finish
 * @throws IsonoiseError, or the signal's reason
 */
export async function* runRows(
  network: Denoiser | LevelNetwork,
  x: Float32Array,
  rows: readonly Row[],
  options: RunOptions,
): AsyncGenerator<FinishedRow, void, undefined> {
  const { images, firstRow = 0 } = options;
  if (!Number.isInteger(x.length / images.length)) {
    throw samplerError(
      'SAMPLER_REQUEST',
      `sampler: x has ${x.length} values for ${images.length} images; expected a multiple of the number of images.`,
    );
  }
  const prepared = rows.map((row) => prepareRow(row, options.predictionType));
  const scratch = createScratch(x.length);
  let state = x;
  let memory = options.memory ?? [];
  let step = 0;
  for (const [index, row] of prepared.entries()) {
    const endsStep = rows[index]?.endsStep !== false;
    if (index >= firstRow) {
      const { at, draws } = row;
      const answer = at === null ? undefined : await evaluate(denoiserAt(network, at), state, at.t, options);
      const taken = takePreparedRow(
        row,
        options,
        {
          x: state,
          output: answer?.prediction,
          variance: answer?.variance,
          memory,
          noise: drawNoise(draws, step, state.length, options),
          images: images.length,
        },
        scratch,
      );
      state = taken.next;
      memory = taken.memory;
      yield { step, endsStep, x: state, x0: taken.x0, memory };
    }
    if (endsStep) step++;
  }
}

function denoiserAt(network: Denoiser | LevelNetwork, level: Level): Denoiser {
  return typeof network === 'function' ? network : network.at(level);
}

/** The normals of the draws that a row uses. A draw that it does not use has an empty array. */
function drawNoise(
  draws: readonly boolean[],
  step: number,
  length: number,
  { images, noise }: RunOptions,
): readonly Float32Array[] {
  const size = length / images.length;
  return draws.map((isUsed, draw) => {
    const normals = new Float32Array(isUsed ? length : 0);
    if (!isUsed) return normals;
    for (const [b, image] of images.entries())
      noise(normals.subarray(b * size, (b + 1) * size), image, step, draw);
    return normals;
  });
}
