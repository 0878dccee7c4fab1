import { type DataType, elementCount } from './data-type.ts';
import type { KnownValues } from './infer-shapes.ts';
import type { TensorData, ValueInfo } from './model.ts';
import type { KnownShape } from './shapes/shape-call.ts';
import { toTypedArray } from './typed-array.ts';

/** Maximum number of values in a constant that determines a shape. Larger constants are data. */
const MAX_VALUES = 4096;

/** Element types of the constants that determine shapes: sizes, axes, and the scales of a Resize. */
const READ: ReadonlySet<DataType> = new Set<DataType>(['int64', 'int32', 'float32']);

/**
 * Returns the values of a constant of int64, int32 or float32 with at most one axis and at most 4096 values; undefined
 * for other constants, and for values in another file.
 */
export function smallValues(tensor: TensorData): readonly number[] | undefined {
  const { dataType, dims, external } = tensor;
  if (!READ.has(dataType) || dims.length > 1 || elementCount(dims) > MAX_VALUES || external !== undefined) {
    return undefined;
  }
  return Array.from(toTypedArray(tensor), Number);
}

/** Known types, shapes and constants of a graph's values, including those of the graphs around a subgraph. */
export class GraphFacts implements KnownValues {
  readonly #types = new Map<string, DataType>();
  readonly #shapes = new Map<string, KnownShape>();
  readonly #constants = new Map<string, TensorData>();
  readonly #outer: GraphFacts | undefined;

  constructor(outer: GraphFacts | undefined) {
    this.#outer = outer;
  }

  typeOf(name: string): DataType | undefined {
    return this.#types.get(name) ?? this.#outer?.typeOf(name);
  }

  shapeOf(name: string): KnownShape | undefined {
    return this.#shapes.get(name) ?? this.#outer?.shapeOf(name);
  }

  valuesOf(name: string): readonly number[] | undefined {
    const constant = this.#constants.get(name);
    return constant === undefined ? this.#outer?.valuesOf(name) : smallValues(constant);
  }

  learn(name: string, dataType: DataType | undefined, shape: KnownShape | undefined): void {
    if (dataType !== undefined) this.#types.set(name, dataType);
    if (shape !== undefined) this.#shapes.set(name, shape);
  }

  /** Records a constant that an input cannot replace. */
  learnConstant(tensor: TensorData): void {
    this.learn(tensor.name, tensor.dataType, tensor.dims);
    this.#constants.set(tensor.name, tensor);
  }

  /** Records the declared type and shape of an input. */
  learnStated({ name, dataType, shape }: ValueInfo): void {
    this.learn(name, dataType, sizes(shape));
  }

  /** Lists the contradictions between the declared and the known type and shape of a value. */
  contradictions({ name, dataType, shape }: ValueInfo, what: string): string[] {
    const [type, known, stated] = [this.typeOf(name), this.shapeOf(name), sizes(shape)];
    if (dataType !== undefined && type !== undefined && dataType !== type) {
      return [`${what} is declared as ${dataType}; expected ${type}, which its node makes`];
    }
    if (known === undefined || stated === undefined) return [];
    const fits =
      known.length === stated.length &&
      known.every((size, axis) => size === null || stated[axis] === null || size === stated[axis]);
    return fits
      ? []
      : [
          `${what} is declared as [${shape}]; expected [${known.map((size) => size ?? '?')}], which its node makes`,
        ];
  }
}

const sizes = (shape: ValueInfo['shape']): KnownShape | undefined =>
  shape?.map((size) => (typeof size === 'number' ? size : null));
