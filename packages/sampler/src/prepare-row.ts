import type { PredictionType } from '@isonoise/schedule';
import { answerCoefficients, type PredictionCoefficients } from './prediction.ts';
import type { LearnedVariance, Row, Terms } from './row.ts';

/** A factor other than 0, and the index of its array. */
interface Part {
  readonly factor: number;
  readonly index: number;
}

/** A linear combination of x_0, x, the network's output and other arrays. */
export interface Sum {
  readonly fromX0: number;
  /** Factor of x, including its share in ε. */
  readonly fromX: number;
  /** Factor of the network's output, from its share in ε. Its share in x_0 is not included. */
  readonly fromOutput: number;
  readonly memory: readonly Part[];
  readonly noise: readonly Part[];
}

/**
 * An array to keep. It already exists (the images, x_0, an array of the memory or a draw of normals), or it is the
 * result of a sum, given by its index.
 */
type Kept = 'x' | 'x0' | { readonly memory: number } | { readonly noise: number } | { readonly sum: number };

/**
 * How the sums of a row are computed: one pass for each sum; one pass for two sums of the same arrays; or several passes
 * for each sum, if a sum has many arrays or its noise has a learned variance.
 */
type Pass = 'each' | 'both' | 'several';

/**
 * A row in which everything that does not depend on arrays is already computed. The executor prepares all rows before
 * the first network call: between two calls, every instruction is slow, because the network has displaced the
 * sampler's code and data from the caches.
 */
export interface PreparedRow {
  readonly at: Row['at'];
  readonly prediction: PredictionCoefficients;
  /** The sums to keep, then the sum for the next images. */
  readonly sums: readonly Sum[];
  readonly pass: Pass;
  readonly keep: readonly Kept[] | undefined;
  readonly learnedNoise: LearnedVariance | undefined;
  /** Whether the row uses each draw of normals, from draw 0. */
  readonly draws: readonly boolean[];
  /** Index of the row's first draw among the draws of the step. */
  readonly firstDraw: number;
  readonly known: Row['known'];
}

const NO_PREDICTION: PredictionCoefficients = {
  x0FromX: 0,
  x0FromOutput: 0,
  epsFromX: 0,
  epsFromOutput: 0,
};

/** Prepared rows, by their list of rows. Several runs share a list. */
const prepared = new WeakMap<readonly Row[], Map<PredictionType, readonly PreparedRow[]>>();

/** Prepares all rows of a run. The rows of a list are prepared only once. */
export function prepareRows(rows: readonly Row[], predictionType: PredictionType): readonly PreparedRow[] {
  const byType = prepared.get(rows) ?? new Map<PredictionType, readonly PreparedRow[]>();
  const known = byType.get(predictionType) ?? rows.map((row) => prepareRow(row, predictionType));
  byType.set(predictionType, known);
  prepared.set(rows, byType);
  return known;
}

/** Prepares a row. @param predictionType type of the network's output */
export function prepareRow(row: Row, predictionType: PredictionType): PreparedRow {
  const { at, next, keep, firstDraw = 0, known } = row;
  const prediction = row.at === null ? NO_PREDICTION : answerCoefficients(predictionType, row);
  const learnedNoise = row.at === null ? undefined : row.learnedNoise;
  const sums: Sum[] = [];
  const kept = keep?.map((terms) => sameArray(terms) ?? { sum: sums.push(toSum(terms, prediction)) - 1 });
  sums.push(toSum(next, prediction));
  return {
    at,
    prediction,
    sums,
    pass: learnedNoise === undefined ? passOf(sums) : 'several',
    keep: kept,
    learnedNoise,
    draws: usedDraws(keep === undefined ? [next] : [next, ...keep], learnedNoise !== undefined),
    firstDraw,
    known,
  };
}

function toSum(terms: Terms, { epsFromX, epsFromOutput }: PredictionCoefficients): Sum {
  const { x = 0, x0 = 0, eps = 0, memory, noise } = terms;
  // ε is linear in x and the output: add it to their factors.
  return {
    fromX0: x0,
    fromX: x + eps * epsFromX,
    fromOutput: eps * epsFromOutput,
    memory: toParts(memory),
    noise: toParts(noise),
  };
}

function toParts(factors: readonly number[] = []): readonly Part[] {
  const parts: Part[] = [];
  factors.forEach((factor, index) => {
    if (factor !== 0) parts.push({ factor, index });
  });
  return parts;
}

/** The largest number of arrays of a sum that one pass adds. */
const PASS_PARTS = 4;

function passOf(sums: readonly Sum[]): Pass {
  if (sums.some(({ memory, noise }) => memory.length + noise.length > PASS_PARTS)) return 'several';
  const [first, second] = sums;
  const isPair = first !== undefined && second !== undefined && sums.length === 2;
  return isPair && arraysOf(first) === arraysOf(second) ? 'both' : 'each';
}

/** The arrays of a sum besides x, x_0 and the output, as text. */
const arraysOf = ({ memory, noise }: Sum): string =>
  [memory, noise].map((parts) => parts.map(({ index }) => index).join()).join(' ');

/** The array that a sum equals, if it consists of a single array with factor 1; otherwise undefined. */
function sameArray({ x = 0, x0 = 0, eps = 0, memory = [], noise = [] }: Terms): Kept | undefined {
  const factors = [x, x0, eps, ...memory, ...noise].filter((factor) => factor !== 0);
  if (factors.length !== 1 || factors[0] !== 1 || eps !== 0) return undefined;
  if (x === 1) return 'x';
  if (x0 === 1) return 'x0';
  return memory.includes(1) ? { memory: memory.indexOf(1) } : { noise: noise.indexOf(1) };
}

function usedDraws(sums: readonly Terms[], isFirstUsed: boolean): readonly boolean[] {
  const used = isFirstUsed ? [true] : [];
  for (const { noise = [] } of sums)
    noise.forEach((factor, draw) => {
      used[draw] = used[draw] === true || factor !== 0;
    });
  return used;
}
