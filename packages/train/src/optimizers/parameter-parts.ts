import { type ParameterSpec, parameterSize } from '@isonoise/network';

/** Parameters for which a slot has a value: all, the matrices, or all others. */
export type ParameterPart = 'all' | 'matrices' | 'others';

/**
 * Returns the shape `[rows, columns]` of a parameter as a matrix. Convolutions have `[out, in·kh·kw]`.
 *
 * @returns null for vectors, for matrices of one row or column, and for embeddings, whose rows are independent
 *   vectors (their initializer is `normal`)
 */
export function matrixShape({ shape, initializer }: ParameterSpec): readonly [number, number] | null {
  const [rows = 1, ...rest] = shape;
  const columns = rest.reduce((product, size) => product * size, 1);
  return rows > 1 && columns > 1 && initializer !== 'normal' ? [rows, columns] : null;
}

/** Whether a parameter belongs to a part. */
export function belongsTo(part: ParameterPart, spec: ParameterSpec): boolean {
  return part === 'all' || (matrixShape(spec) !== null) === (part === 'matrices');
}

/** Number of values in a part of the parameters. */
export function partSize(part: ParameterPart, parameters: readonly ParameterSpec[]): number {
  return parameters
    .filter((spec) => belongsTo(part, spec))
    .reduce((sum, spec) => sum + parameterSize(spec), 0);
}
