import { plural } from '@isonoise/error';
import { CLEAN, type Level, type PredictionType } from '@isonoise/schedule';
import { type Answer, checkedAnswer, requireFiniteImages } from './answer.ts';
import type { Condition } from './condition.ts';
import type { Denoiser, LevelNetwork } from './denoiser.ts';
import { samplerError } from './errors.ts';
import { fillKnown, type KnownPixels } from './known-pixels.ts';
import type { NoiseSource } from './noise-source.ts';
import { type PreparedRow, prepareRows } from './prepare-row.ts';
import type { Row } from './row.ts';
import { createScratch, type Scratch } from './row-sums.ts';
import { type TakenRow, takePreparedRow } from './take-row.ts';
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
  /** The picture whose known pixels replace pixels of the images; required if a row has `known`. */
  readonly known?: KnownPixels | undefined;
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
  /** Estimate of x_0 after any thresholding and clipping, `[B, …]`; `x` for a row without a network call. */
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
 * @throws `SAMPLER_REQUEST` if the length of `x` is not a multiple of the number of images; the errors of `RowRun.take`
 */
export async function* runRows(
  network: Denoiser | LevelNetwork,
  x: Float32Array,
  rows: readonly Row[],
  options: RunOptions,
): AsyncGenerator<FinishedRow, void, undefined> {
  const run = new RowRun(network, x, rows, options);
  for (let row = await run.take(); row !== undefined; row = await run.take()) yield row;
}

/** Does the work of {@link runRows} without the promises of a generator. */
export class RowRun {
  readonly #network: Denoiser | LevelNetwork;
  readonly #options: RunOptions;
  readonly #rows: readonly PreparedRow[];
  readonly #endsStep: readonly boolean[];
  readonly #scratch: Scratch;
  #next: number;
  #step: number;
  #x: Float32Array;
  #memory: readonly Float32Array[];

  /** The parameters and errors are those of {@link runRows}. */
  constructor(network: Denoiser | LevelNetwork, x: Float32Array, rows: readonly Row[], options: RunOptions) {
    const { images, firstRow = 0, memory = [] } = options;
    if (!Number.isInteger(x.length / images.length)) {
      throw samplerError(
        'SAMPLER_REQUEST',
        `sampler: x has ${plural(x.length, 'value')} for ${plural(images.length, 'image')}; expected a multiple of the number of images.`,
      );
    }
    this.#network = network;
    this.#options = options;
    this.#rows = prepareRows(rows, options.predictionType);
    this.#endsStep = rows.map(({ endsStep }) => endsStep !== false);
    this.#scratch = createScratch(x.length);
    this.#next = firstRow;
    this.#step = this.#endsStep.slice(0, firstRow).filter((ends) => ends).length;
    this.#x = x;
    this.#memory = memory;
  }

  /**
   * Takes the next row. Only one row may be taken at a time.
   *
   * @returns undefined after the last row
   * @throws `SAMPLER_OUTPUT` if the network's output has the wrong length; `SAMPLER_NON_FINITE` if the output or the
   *   images after a step are not finite; errors of the network; the signal's reason if aborted
   */
  async take(): Promise<FinishedRow | undefined> {
    const row = this.#rows[this.#next];
    if (row === undefined) return undefined;
    return this.#finish(row, row.at === null ? undefined : await this.#call(row.at));
  }

  /**
   * Takes the rows up to the end of a step. It does not call {@link take}, because each promise between two network
   * calls costs time.
   *
   * @returns the last row of the step; undefined after the last step
   * @throws as {@link take}
   */
  async takeStep(): Promise<FinishedRow | undefined> {
    for (;;) {
      const row = this.#rows[this.#next];
      if (row === undefined) return undefined;
      const done = this.#finish(row, row.at === null ? undefined : await this.#call(row.at));
      if (done.endsStep) return done;
    }
  }

  /** Calls the network at a level. */
  #call(at: Level): Promise<Float32Array> {
    const { images, condition, signal } = this.#options;
    signal?.throwIfAborted();
    const times = new Float32Array(images.length).fill(at.t);
    return denoiserAt(this.#network, at)(this.#x, times, condition);
  }

  /** @param output the network's output; undefined for a row without a call */
  #finish(row: PreparedRow, output: Float32Array | undefined): FinishedRow {
    const options = this.#options;
    const { images, signal } = options;
    const [x, step] = [this.#x, this.#step];
    let answer: Answer | undefined;
    if (row.at !== null && output !== undefined) {
      signal?.throwIfAborted();
      answer = checkedAnswer(output, x.length, images.length, row.at.t);
    }
    const taken = takePreparedRow(
      row,
      options,
      {
        x,
        output: answer?.prediction ?? x,
        variance: answer?.variance,
        memory: this.#memory,
        noise: drawNoise(row, step, x.length, options),
        images: images.length,
      },
      this.#scratch,
    );
    const x0 = row.known === undefined ? taken.x0 : replaceKnown(row.known, taken, step, options);
    const endsStep = this.#endsStep[this.#next] === true;
    if (endsStep) requireFiniteImages(taken.next, step);
    this.#next++;
    if (endsStep) this.#step++;
    this.#x = taken.next;
    this.#memory = taken.memory;
    return { step, endsStep, x: taken.next, x0, memory: taken.memory };
  }
}

function denoiserAt(network: Denoiser | LevelNetwork, level: Level): Denoiser {
  return typeof network === 'function' ? network : network.at(level);
}

/** The normals of the draws that a row uses; an empty array for each other draw. */
function drawNoise(
  { draws, firstDraw }: PreparedRow,
  step: number,
  length: number,
  options: RunOptions,
): readonly Float32Array[] {
  return draws.map((isUsed, draw) =>
    isUsed ? normalsOf(step, firstDraw + draw, length, options) : new Float32Array(0),
  );
}

/** Returns the normals of one draw for all images. */
function normalsOf(step: number, draw: number, length: number, { images, noise }: RunOptions): Float32Array {
  const size = length / images.length;
  const normals = new Float32Array(length);
  for (const [b, image] of images.entries())
    noise(normals.subarray(b * size, (b + 1) * size), image, step, draw);
  return normals;
}

/** Replaces the known pixels of the next images. @returns the estimates of x_0, with the known pixels */
function replaceKnown(
  { at, draw }: NonNullable<PreparedRow['known']>,
  { next, x0 }: TakenRow,
  step: number,
  options: RunOptions,
): Float32Array {
  const { known, images } = options;
  if (known === undefined)
    throw new TypeError('runRows: known is missing; expected the picture of the mask.');
  const { length } = next;
  // Without noise, the normals are not read.
  const normals = at.sigma === 0 ? next : normalsOf(step, draw, length, options);
  fillKnown(next, images.length, known, at, normals);
  const estimates = x0.slice();
  fillKnown(estimates, images.length, known, CLEAN, estimates);
  return estimates;
}
