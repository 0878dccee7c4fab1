import { plural } from '@isonoise/error';
import {
  agree,
  axesIn,
  axisIn,
  broadcast,
  count,
  either,
  type KnownShape,
  mismatch,
  type ShapeCall,
  type Size,
  show,
} from './shape-call.ts';
import type { ShapeRule } from './shape-rule.ts';

/** Returns the start or end of a Slice along an axis of `size`: counted from the front, and clamped as in ONNX. */
function clamp(place: number, size: number, low: number, high: number): number {
  return Math.min(Math.max(place < 0 ? place + size : place, low), high);
}

function sliced(size: number, start: number, end: number, step: number): number {
  const [from, to] =
    step > 0
      ? [clamp(start, size, 0, size), clamp(end, size, 0, size)]
      : [clamp(start, size, 0, size - 1), clamp(end, size, -1, size - 1)];
  return Math.max(0, Math.ceil((to - from) / step));
}

function slice(call: ShapeCall): KnownShape | undefined {
  const x = call.shape(0);
  const [starts, ends] = [call.values(1), call.values(2)];
  const axes = call.has(3) ? call.values(3) : starts?.map((_, i) => i);
  const steps = call.has(4) ? call.values(4) : starts?.map(() => 1);
  if (starts === undefined || ends === undefined || axes === undefined || steps === undefined)
    return undefined;
  if (new Set([starts, ends, axes, steps].map(({ length }) => length)).size > 1) {
    mismatch(
      `${plural(starts.length, 'start')}, ${plural(ends.length, 'end')}, ${plural(axes.length, 'axis', 'axes')}, ${plural(steps.length, 'step')}`,
      'the same number of each',
    );
  }
  const shape = [...x];
  axesIn(axes, x.length).forEach((axis, i) => {
    const [size = null, start = 0, end = 0, step = 1] = [x[axis], starts[i], ends[i], steps[i]];
    if (step === 0) mismatch('step 0', 'a step that is not 0');
    shape[axis] = size === null ? null : sliced(size, start, end, step);
  });
  return shape;
}

function reshape(call: ShapeCall): KnownShape | undefined {
  const x = call.shape(0);
  const target = call.values(1);
  if (target === undefined) return undefined;
  if (target.some((size) => size < -1)) mismatch(`the target [${target}]`, 'sizes ≥ 0 and at most one -1');
  const copies = call.int('allowzero', 0) === 0;
  const shape = target.map((size, axis): Size => {
    if (size === -1) return null;
    if (size > 0 || !copies) return size;
    return axis < x.length
      ? (x[axis] ?? null)
      : mismatch(`the target [${target}] for ${show(x)}`, 'each 0 at an axis of the value');
  });
  const free = target.flatMap((size, axis) => (size === -1 ? [axis] : []));
  const fixed = count(shape.filter((_, axis) => !free.includes(axis)));
  const all = count(x);
  if (free.length > 1) mismatch(`the target [${target}]`, 'at most one -1');
  if (all === null || fixed === null) return shape;
  if (free.length === 0) {
    return fixed === all
      ? shape
      : mismatch(
          `${plural(all, 'value')} of shape ${show(x)} and the target [${target}]`,
          `${plural(all, 'value')} in the target`,
        );
  }
  if (fixed === 0 ? all !== 0 : all % fixed !== 0) {
    mismatch(
      `${plural(all, 'value')} of shape ${show(x)} and the target [${target}]`,
      'sizes that divide them evenly',
    );
  }
  return shape.map((size, axis) => (free.includes(axis) ? (fixed === 0 ? 0 : all / fixed) : size));
}

function concat(call: ShapeCall): KnownShape {
  const [first = [], ...rest] = call.shapes.map((shape) => shape ?? []);
  const axis = axisIn(call.int('axis', 0), first.length);
  return rest.reduce<KnownShape>((joined, shape) => {
    const fits =
      shape.length === joined.length && shape.every((size, i) => i === axis || agree(size, joined[i]));
    if (!fits)
      mismatch(`shapes ${show(first)} and ${show(shape)} along axis ${axis}`, 'equal sizes along other axes');
    return joined.map((size, i) => {
      const other = shape[i] ?? null;
      if (i !== axis) return either(size, other);
      return size === null || other === null ? null : size + other;
    });
  }, first);
}

function split(call: ShapeCall): KnownShape[] | undefined {
  const x = call.shape(0);
  const axis = axisIn(call.int('axis', 0), x.length);
  const size = x[axis] ?? null;
  const { outputCount } = call;
  let sizes: readonly Size[] | undefined = call.values(1);
  if (!call.has(1)) {
    if (size !== null && size % outputCount !== 0)
      mismatch(`${plural(outputCount, 'piece')} of ${size}`, 'equal pieces');
    sizes = Array<Size>(outputCount).fill(size === null ? null : size / outputCount);
  }
  if (sizes === undefined) return undefined;
  if (sizes.length !== outputCount)
    mismatch(
      `${plural(outputCount, 'output')} for ${plural(sizes.length, 'piece')}`,
      'an output for each piece',
    );
  const total = count([
    sizes.reduce<Size>((sum, piece) => (sum === null || piece === null ? null : sum + piece), 0),
  ]);
  if (!agree(total, size))
    mismatch(`pieces of [${sizes}] along a size of ${size}`, 'pieces whose sizes add up to it');
  return sizes.map((piece) => x.map((whole, i) => (i === axis ? piece : whole)));
}

function pad(call: ShapeCall): KnownShape | undefined {
  const x = call.shape(0);
  const amounts = call.values(1);
  if (amounts === undefined) return undefined;
  if (amounts.length !== 2 * x.length)
    mismatch(`${amounts.length} amounts for a value of rank ${x.length}`, `${2 * x.length}`);
  return x.map((size, axis) => {
    const [before = 0, after = 0] = [amounts[axis], amounts[axis + x.length]];
    if (size === null) return null;
    if (size + before + after < 0)
      mismatch(`amounts ${before} and ${after} for a size of ${size}`, 'a result of size ≥ 0');
    if (call.string('mode', 'constant') === 'reflect' && Math.max(before, after) >= Math.max(size, 1)) {
      mismatch(`amounts ${before} and ${after} for a size of ${size}`, 'a reflection smaller than the size');
    }
    return size + before + after;
  });
}

function gather(call: ShapeCall): KnownShape {
  const [x, indices] = [call.shape(0), call.shape(1)];
  const axis = axisIn(call.int('axis', 0), x.length);
  const size = x[axis] ?? null;
  const outside = size === null ? undefined : call.values(1)?.find((index) => index < -size || index >= size);
  if (outside !== undefined) mismatch(`index ${outside} into a size of ${size}`, `less than ${size}`);
  return [...x.slice(0, axis), ...indices, ...x.slice(axis + 1)];
}

function squeeze(call: ShapeCall): KnownShape | undefined {
  const x = call.shape(0);
  const axes = call.has(1) ? call.values(1) : x.flatMap((size, axis) => (size === 1 ? [axis] : []));
  if (axes === undefined || (!call.has(1) && x.includes(null))) return undefined;
  const gone = axesIn(axes, x.length);
  if (gone.some((axis) => !agree(x[axis], 1)))
    mismatch(`axes [${axes}] of shape ${show(x)}`, 'axes of size 1');
  return x.filter((_, axis) => !gone.includes(axis));
}

function unsqueeze(call: ShapeCall): KnownShape | undefined {
  const [x, axes] = [call.shape(0), call.values(1)];
  if (axes === undefined) return undefined;
  const rank = x.length + axes.length;
  const added = axesIn(axes, rank);
  const sizes = x.values();
  return Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : (sizes.next().value ?? null)));
}

function transpose(call: ShapeCall): KnownShape {
  const x = call.shape(0);
  const perm = call.ints('perm') ?? x.map((_, axis) => x.length - 1 - axis);
  if (perm.length !== x.length)
    mismatch(`a permutation [${perm}] of shape ${show(x)}`, plural(x.length, 'axis', 'axes'));
  return axesIn(perm, x.length).map((axis) => x[axis] ?? null);
}

function tile(call: ShapeCall): KnownShape | undefined {
  const [x, times] = [call.shape(0), call.values(1)];
  if (times === undefined) return undefined;
  if (times.length !== x.length) mismatch(`repeats [${times}] of shape ${show(x)}`, `${x.length} repeats`);
  return x.map((size, axis) => (size === null ? null : size * (times[axis] ?? 1)));
}

function expand(call: ShapeCall): KnownShape | undefined {
  const target = call.values(1);
  return target === undefined ? undefined : broadcast([call.shape(0), target]);
}

/** Shape rules for operators that move, repeat or omit values. */
export const arrangeShapes: Readonly<Record<string, ShapeRule>> = {
  Concat: (call) => [concat(call)],
  Expand: (call) => [expand(call)],
  Gather: (call) => [gather(call)],
  Pad: (call) => [pad(call)],
  Reshape: (call) => [reshape(call)],
  Slice: (call) => [slice(call)],
  Split: split,
  Squeeze: (call) => [squeeze(call)],
  Tile: (call) => [tile(call)],
  Transpose: (call) => [transpose(call)],
  Unsqueeze: (call) => [unsqueeze(call)],
};
