import { axesIn, axisIn, type KnownShape } from './shape-call.ts';
import type { ShapeRule } from './shape-rule.ts';

function folded(x: KnownShape, axes: readonly number[], keep: boolean): KnownShape {
  return keep
    ? x.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : x.filter((_, axis) => !axes.includes(axis));
}

/** Rule for reductions, whose axes are an attribute or an input. */
const reduction: ShapeRule = (call) => {
  const x = call.shape(0);
  const given = call.has(1) ? call.values(1) : (call.ints('axes') ?? []);
  if (given === undefined) return undefined;
  if (given.length === 0 && call.int('noop_with_empty_axes', 0) === 1) return [x];
  const axes = given.length === 0 ? [...x.keys()] : axesIn(given, x.length);
  return [folded(x, axes, call.int('keepdims', 1) === 1)];
};

/** Rule for ArgMax and ArgMin. */
const argReduction: ShapeRule = (call) => {
  const x = call.shape(0);
  return [folded(x, [axisIn(call.int('axis', 0), x.length)], call.int('keepdims', 1) === 1)];
};

/** Shape rules for operators that reduce axes. */
export const reduceShapes: Readonly<Record<string, ShapeRule>> = {
  ArgMax: argReduction,
  ArgMin: argReduction,
  ReduceMax: reduction,
  ReduceMean: reduction,
  ReduceMin: reduction,
  ReduceProd: reduction,
  ReduceSum: reduction,
};
