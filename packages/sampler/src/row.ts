import type { Level } from '@isonoise/schedule';

/** A linear combination of arrays, given by its factors. An absent factor is 0. */
export interface Terms {
  /** Factor of the current images. */
  readonly x?: number;
  /** Factor of the (clipped) estimate of x_0. */
  readonly x0?: number;
  /** Factor of the predicted ε, not of the ε that follows from the clipped x_0. */
  readonly eps?: number;
  /** Factor of each array that an earlier row kept. */
  readonly memory?: readonly number[];
  /** Factor of each draw of standard normals in this step, from draw 0. */
  readonly noise?: readonly number[];
}

interface RowEnd {
  /** False if the step continues in the next row. */
  readonly endsStep?: false;
  /** Index of the row's first draw among the draws of the step. Default 0; larger in rows that repeat earlier rows. */
  readonly firstDraw?: number;
  /** In a run with a mask: the level and the draw of normals for the known pixels, which are written after this row. */
  readonly known?: { readonly at: Level; readonly draw: number };
}

/**
 * σ² of the noise of each element, from the network's variance output v: offset + slope · v, or the exponential of this
 * sum.
 */
export interface LearnedVariance {
  /** Whether the sum is log σ². */
  readonly isLog: boolean;
  readonly offset: number;
  readonly slope: number;
}

/** A row with a network call. */
export interface NetworkRow extends RowEnd {
  /** The level at which the network is called. */
  readonly at: Level;
  /** The level of the current images, if it differs from `at`. */
  readonly of?: Level;
  readonly next: Terms;
  /**
   * Adds the normals of the row's first draw to the next images, each multiplied by the σ of its element. Default: not added.
   */
  readonly learnedNoise?: LearnedVariance | undefined;
  /** The memory of the next row. Default: unchanged. */
  readonly keep?: readonly Terms[];
}

/** A row without a network call, which has neither x_0 nor ε. */
export interface PlainRow extends RowEnd {
  readonly at: null;
  readonly next: Omit<Terms, 'x0' | 'eps'>;
  readonly keep?: readonly Omit<Terms, 'x0' | 'eps'>[];
}

/** One linear map of a sampler: at most one network call, then the next images and the next memory. */
export type Row = NetworkRow | PlainRow;

/** Number of network calls of rows. */
export const countCalls = (rows: readonly Row[]): number => rows.filter(({ at }) => at !== null).length;

/** Number of arrays in the memory before a row. */
export function memoryBefore(rows: readonly Row[], row: number): number {
  return rows.slice(0, row).reduce((count, { keep }) => keep?.length ?? count, 0);
}

/** The largest number of arrays in the memory after any of the steps `least` to `most`. */
export function mostKept(rows: readonly Row[], least: number, most: number): number {
  let [done, kept, result] = [0, 0, 0];
  for (const { keep, endsStep } of rows) {
    kept = keep?.length ?? kept;
    if (endsStep === false) continue;
    done++;
    if (done >= least && done <= most) result = Math.max(result, kept);
  }
  return result;
}

/** The rows of the steps from `first` up to, but not including, `end`. */
export const rowsOfSteps = (rows: readonly Row[], first: number, end: number): readonly Row[] =>
  rows.slice(firstRowOf(rows, first), firstRowOf(rows, end));

/** Returns the index of the first row of a step; for the step after the last one, the number of rows. */
export function firstRowOf(rows: readonly Row[], step: number): number {
  let ended = 0;
  let row = 0;
  while (ended < step && row < rows.length) if (rows[row++]?.endsStep !== false) ended++;
  return row;
}
