import { type ParameterSpec, parameterSize } from '@isonoise/network';

/** A part of the parameters: all of them, the matrices, or those that are not matrices. */
export type ParameterPart = 'all' | 'matrices' | 'others';

/**
 * Returns the shape `[rows, columns]` of a parameter as a matrix. Convolutions have `[out, in·kh·kw]`.
 *
 * @returns the shape; null for vectors, for matrices with one row or column, and for embeddings (with the initializer
 *   `normal`), whose rows are independent vectors
 */
export function matrixShape({ shape, initializer }: ParameterSpec): readonly [number, number] | null {
  const [rows = 1, ...rest] = shape;
  const columns = rest.reduce((product, size) => product * size, 1);
  return rows > 1 && columns > 1 && initializer !== 'normal' ? [rows, columns] : null;
}

/** Returns whether a parameter belongs to a part. */
export function belongsTo(part: ParameterPart, spec: ParameterSpec): boolean {
  return part === 'all' || (matrixShape(spec) !== null) === (part === 'matrices');
}

/** Returns the number of values in a part of the parameters. */
export function partSize(part: ParameterPart, parameters: readonly ParameterSpec[]): number {
  return parameters
    .filter((spec) => belongsTo(part, spec))
    .reduce((sum, spec) => sum + parameterSize(spec), 0);
}
