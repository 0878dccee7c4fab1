import { onnxError } from '../errors.ts';
import type { AttributeValue } from '../model.ts';

/** A size, or null if it is unknown. */
export type Size = number | null;

/** Sizes of a value of known rank. */
export type KnownShape = readonly Size[];

/**
 * A node as the input of a shape rule: its attributes, its number of outputs, and the shapes and known values of
 * its inputs.
 */
export class ShapeCall {
  /** Shapes of the inputs by index; undefined for an omitted input. */
  readonly shapes: readonly (KnownShape | undefined)[];
  readonly outputCount: number;
  readonly #attributes: Readonly<Record<string, AttributeValue>>;
  readonly #valuesOf: (index: number) => readonly number[] | undefined;

  constructor(
    shapes: readonly (KnownShape | undefined)[],
    valuesOf: (index: number) => readonly number[] | undefined,
    attributes: Readonly<Record<string, AttributeValue>>,
    outputCount: number,
  ) {
    this.shapes = shapes;
    this.outputCount = outputCount;
    this.#valuesOf = valuesOf;
    this.#attributes = attributes;
  }

  /** Returns the shape of a required input; `[]` if it is missing. */
  shape(index: number): KnownShape {
    return this.shapes[index] ?? [];
  }

  /** Whether the node has this input. */
  has(index: number): boolean {
    return this.shapes[index] !== undefined;
  }

  /** Returns the values of a constant input; undefined for other inputs. */
  values(index: number): readonly number[] | undefined {
    return this.#valuesOf(index);
  }

  /** Returns an attribute of type int; `otherwise` if the node does not have it. */
  int(name: string, otherwise: number): number {
    const attribute = this.#attributes[name];
    return attribute?.type === 'int' ? Number(attribute.value) : otherwise;
  }

  /** Returns an attribute of type ints; undefined if the node does not have it. */
  ints(name: string): readonly number[] | undefined {
    const attribute = this.#attributes[name];
    return attribute?.type === 'ints' ? attribute.value.map(Number) : undefined;
  }

  /** Returns an attribute of type string; `otherwise` if the node does not have it. */
  string(name: string, otherwise: string): string {
    const attribute = this.#attributes[name];
    return attribute?.type === 'string' ? attribute.value : otherwise;
  }
}

/**
 * Reports wrong input shapes.
 * @throws `ONNX_SHAPE` always
 */
export function mismatch(found: string, expected: string): never {
  throw onnxError('ONNX_SHAPE', `${found}; expected ${expected}`);
}

/** Formats sizes for messages: `[2,?,3]`. */
export function show(shape: KnownShape): string {
  return `[${shape.map((size) => size ?? '?')}]`;
}

/** Returns the product of sizes; null if one of them is unknown. */
export function count(shape: KnownShape): Size {
  return shape.reduce<Size>(
    (product, size) => (product === null || size === null ? null : product * size),
    1,
  );
}

/**
 * Returns an axis counted from the front.
 *
 * @param axis counted from the end if below 0
 * @throws `ONNX_SHAPE` if the axis is not an integer from -`rank` to `rank` - 1
 */
export function axisIn(axis: number, rank: number): number {
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  return mismatch(
    `axis ${axis} of a value of rank ${rank}`,
    rank === 0 ? 'a value with axes' : `-${rank} to ${rank - 1}`,
  );
}

/**
 * Returns axes counted from the front.
 * @throws `ONNX_SHAPE` as {@link axisIn}, or if two of them are the same axis
 */
export function axesIn(axes: readonly number[], rank: number): number[] {
  const counted = axes.map((axis) => axisIn(axis, rank));
  return new Set(counted).size === counted.length
    ? counted
    : mismatch(`the axes [${axes}]`, 'each axis once');
}

/** Whether two sizes are equal or one of them is unknown. */
export function agree(a: Size | undefined, b: Size | undefined): boolean {
  return a === b || a === null || b === null;
}

/** Returns the known one of two sizes that agree; null if both are unknown. */
export function either(a: Size, b: Size): Size {
  return a ?? b;
}

/**
 * Returns the shape to which several shapes broadcast, aligned at their last axes.
 *
 * @param shapes at least one
 * @throws `ONNX_SHAPE` if they do not broadcast to each other
 */
export function broadcast(shapes: readonly KnownShape[]): KnownShape {
  return shapes.reduce((a, b) => {
    const rank = Math.max(a.length, b.length);
    return Array.from({ length: rank }, (_, axis): Size => {
      const [x, y] = [sizeFromRight(a, rank - axis), sizeFromRight(b, rank - axis)];
      if (x === 1) return y;
      if (y === 1) return x;
      if (agree(x, y)) return either(x, y);
      return mismatch(`shapes ${show(a)} and ${show(b)}`, 'shapes that broadcast to each other');
    });
  });
}

function sizeFromRight(shape: KnownShape, index: number): Size {
  const size = shape.at(-index);
  return size === undefined || index > shape.length ? 1 : size;
}
