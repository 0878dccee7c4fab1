/**
 * Memory layouts of traced values.
 *
 * tfjs uses NHWC, and ONNX's Conv uses NCHW. A recorded value keeps its logical shape, which is the shape in tfjs. It exists
 * in one or more physical orders: physical axis i stores logical axis `order[i]`. NCHW storage of an NHWC value is `[0, 3,
 * 1, 2]`. A Transpose therefore costs nothing until a node needs a different order.
 */
export type Order = readonly number[];
export type Shape = readonly number[];

export const NCHW: Order = [0, 3, 1, 2];
/** A tfjs filter `[kh, kw, in, out]` stored in ONNX's order, `[out, in, kh, kw]`. */
export const OIHW: Order = [3, 2, 0, 1];
/** The same filter with its channels swapped, `[in, out, kh, kw]`. */
export const IOHW: Order = [2, 3, 0, 1];
/** The same filter as `[kh, kw, out, in]`: one matrix for each kernel position. */
export const HWOI: Order = [0, 1, 3, 2];

export function identityOrder(rank: number): Order {
  return Array.from({ length: rank }, (_, i) => i);
}

export function isIdentity(order: Order): boolean {
  return order.every((axis, i) => axis === i);
}

export function sameOrder(a: Order, b: Order): boolean {
  return a.length === b.length && a.every((axis, i) => axis === b[i]);
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** `shape[axis]` for an axis that exists. */
export function dim(shape: Shape, axis: number): number {
  const size = shape.at(axis);
  if (size === undefined) throw new RangeError(`axis ${axis} of shape [${shape}]`);
  return size;
}

/** Returns `[shape[order[0]], shape[order[1]], …]`. */
export function permute(shape: Shape, order: Order): number[] {
  return order.map((axis) => dim(shape, axis));
}

/** The logical shape of a value stored with shape `physical` in `order`: the inverse of `permute`. */
export function unpermute(physical: Shape, order: Order): number[] {
  return order.map((_, axis) => dim(physical, order.indexOf(axis)));
}

/** The permutation that ONNX's Transpose needs to turn order `from` into order `to`. */
export function permutationBetween(from: Order, to: Order): number[] {
  return to.map((axis) => from.indexOf(axis));
}

/** Whether the permutation moves only axes of size 1, so that the bytes stay in place. */
export function movesOnlyOnes(shape: Shape, permutation: Order): boolean {
  const moved = permutation.filter((axis) => dim(shape, axis) !== 1);
  return moved.every((axis, i) => i === 0 || axis > (moved[i - 1] ?? -1));
}

/** Whether moving a single axis gives the permutation. */
export function movesOneAxis(permutation: Order): boolean {
  return permutation.some((axis) => {
    const others = permutation.filter((other) => other !== axis);
    return others.every((other, i) => i === 0 || other > (others[i - 1] ?? -1));
  });
}

/**
 * Returns the same permutation over fewer axes. Neighbouring axes that stay neighbours in the same sequence are merged.
 */
export function mergeRuns(shape: Shape, permutation: Order): { shape: number[]; permutation: number[] } {
  const follows = (axis: number): boolean => permutation[permutation.indexOf(axis) - 1] === axis - 1;
  const starts = [...shape.keys()].filter((axis) => axis === 0 || !follows(axis));
  return {
    shape: starts.map((start, i) => sizeOf(shape.slice(start, starts[i + 1]))),
    permutation: permutation.filter((axis) => starts.includes(axis)).map((axis) => starts.indexOf(axis)),
  };
}

/** Order of the remaining axes, renumbered, after the `removed` logical axes are reduced. */
export function orderWithout(order: Order, removed: readonly number[]): number[] {
  const kept = order.filter((axis) => !removed.includes(axis));
  return kept.map((axis) => kept.filter((other) => other < axis).length);
}

/**
 * Finds the physical order after a reshape, if the bytes can stay in place.
 *
 * A reshape merges and splits runs of neighbouring axes. If each run is stored together and in sequence, the
 * reshaped value has the same bytes, in the order of the runs. For example, NHWC `[B, H, W, C]` stored as
 * NCHW becomes `[B, H·W, C]` stored as `[B, C, H·W]`.
 *
 * @returns the order of the reshaped value; undefined if the bytes must move
 */
export function carryThroughReshape(from: Shape, to: Shape, order: Order): Order | undefined {
  const groups = reshapeGroups(from, to);
  if (groups === undefined) return undefined;
  const result: number[] = [];
  const solid = order.filter((axis) => dim(from, axis) !== 1);
  let position = 0;
  while (position < solid.length) {
    const group = groups.find(({ inputs }) => inputs[0] === solid[position]);
    if (group === undefined) return undefined;
    for (const axis of group.inputs) {
      if (solid[position] !== axis) return undefined;
      position++;
    }
    result.push(...group.outputs);
  }
  // An axis of size 1 can be at any place. It is put in front of the logical axis that follows it.
  for (let axis = to.length - 1; axis >= 0; axis--) {
    if (result.includes(axis)) continue;
    const next = result.indexOf(axis + 1);
    result.splice(next === -1 ? result.length : next, 0, axis);
  }
  return result;
}

interface ReshapeGroup {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/**
 * Returns the smallest runs of input and output axes with equal products, without axes of size 1; undefined for empty
 * tensors.
 */
function reshapeGroups(from: Shape, to: Shape): ReshapeGroup[] | undefined {
  const solid = (shape: Shape): number[] => [...shape.keys()].filter((axis) => shape[axis] !== 1);
  const [ins, outs] = [solid(from), solid(to)];
  if (sizeOf(from) === 0) return undefined;
  const groups: ReshapeGroup[] = [];
  let [i, o] = [0, 0];
  while (i < ins.length || o < outs.length) {
    const group = { inputs: [] as number[], outputs: [] as number[] };
    let [inSize, outSize] = [1, 1];
    do {
      if (inSize <= outSize) {
        const axis = ins[i++];
        if (axis === undefined) return undefined;
        group.inputs.push(axis);
        inSize *= dim(from, axis);
      } else {
        const axis = outs[o++];
        if (axis === undefined) return undefined;
        group.outputs.push(axis);
        outSize *= dim(to, axis);
      }
    } while (inSize !== outSize);
    groups.push(group);
  }
  return groups;
}
