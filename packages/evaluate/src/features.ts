import { plural } from '@isonoise/error';
import { evaluateError } from './errors.ts';

/**
 * One row of numbers for each image of a set, such as the activations of a classifier's last hidden layer.
 *
 * Letters in this package: N rows of the first set, M rows of the second, K features.
 */
export interface Features {
  /** Number of rows, N. */
  readonly count: number;
  /** Number of features, K. */
  readonly width: number;
  /** The features, `[N, K]`. */
  readonly values: Float32Array;
}

/**
 * Checks a flat array and wraps it as features.
 *
 * @param values `[N, K]`; not copied
 * @param width K
 * @throws `EVALUATE_SHAPE` if the array is empty or the length is not a multiple of K; `EVALUATE_NON_FINITE`
 */
export function toFeatures(values: Float32Array, width: number): Features {
  const count = values.length / width;
  if (!Number.isInteger(count) || count < 1) {
    throw evaluateError(
      'EVALUATE_SHAPE',
      `features: got ${plural(values.length, 'value')} for rows of ${width}; expected a positive multiple of ${width}. ` +
        'Pass complete rows, and set width to the number of features that the network computes.',
    );
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw evaluateError(
      'EVALUATE_NON_FINITE',
      `features: feature ${bad % width} of image ${Math.floor(bad / width)} is ${values[bad]}; expected a finite ` +
        'number. Check the images and the network.',
    );
  }
  return { count, width, values };
}

/** Returns some rows of a set as a new set. @param rows row numbers, in [0, N) */
export function pickRows({ width, values }: Features, rows: ArrayLike<number>): Features {
  const picked = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] as number) * width;
    picked.set(values.subarray(start, start + width), i * width);
  }
  return { count: rows.length, width, values: picked };
}

/**
 * Requires that two sets can be compared.
 *
 * @param operation name of the operation, for the message
 * @param minRows minimum number of rows of each set
 * @throws `EVALUATE_SHAPE`
 */
export function requireComparable(operation: string, a: Features, b: Features, minRows: number): void {
  if (a.width !== b.width) {
    throw evaluateError(
      'EVALUATE_SHAPE',
      `${operation}: the sets have ${a.width} and ${b.width} features; expected the same number. Use one network for both.`,
    );
  }
  const smaller = Math.min(a.count, b.count);
  if (smaller < minRows) {
    throw evaluateError(
      'EVALUATE_SHAPE',
      `${operation}: the smaller set has ${plural(smaller, 'image')}; expected at least ${minRows}. Use more images.`,
    );
  }
}
