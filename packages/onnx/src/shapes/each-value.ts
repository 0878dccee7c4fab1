import { axisIn, broadcast, mismatch, show } from './shape-call.ts';
import type { ShapeRule } from './shape-rule.ts';

const same: ShapeRule = (call) => [call.shape(0)];

/** Returns a rule that checks the attribute `axis` and returns the shape of the input. */
const along =
  (otherwise: number): ShapeRule =>
  (call) => {
    axisIn(call.int('axis', otherwise), call.shape(0).length);
    return [call.shape(0)];
  };

const broadcasting: ShapeRule = (call) => [broadcast(call.shapes.map((shape) => shape ?? []))];

const table = (rule: ShapeRule, names: string): Record<string, ShapeRule> =>
  Object.fromEntries(names.split(' ').map((name) => [name, rule]));

/** Shape rules for elementwise operators, and for other operators whose result has the shape of their first input. */
export const eachValueShapes: Readonly<Record<string, ShapeRule>> = {
  ...table(
    same,
    'Abs Acos Acosh Asin Asinh Atan Atanh BatchNormalization Cast Ceil Clip Cos Cosh Dropout Elu Erf Exp Floor Gelu ' +
      'GroupNormalization HardSigmoid Identity InstanceNormalization IsInf IsNaN LeakyRelu Log Neg Not Reciprocal Relu Round ' +
      'Selu Sigmoid Sign Sin Sinh Softplus Sqrt Tan Tanh',
  ),
  ...table(
    broadcasting,
    'Add And Div Equal Greater GreaterOrEqual Less LessOrEqual Max Min Mod Mul Or Pow Sub Sum Where Xor',
  ),
  Softmax: along(-1),
  LogSoftmax: along(-1),
  CumSum: (call) => {
    const [axis] = call.values(1) ?? [];
    if (axis !== undefined) axisIn(axis, call.shape(0).length);
    return [call.shape(0)];
  },
  LayerNormalization: (call) => {
    const x = call.shape(0);
    const axis = axisIn(call.int('axis', -1), x.length);
    broadcast([x, call.shape(1)]);
    const folded = x.map((size, i) => (i < axis ? size : 1));
    return [x, folded, folded].slice(0, call.outputCount);
  },
  PRelu: (call) => {
    const [x, slope] = [call.shape(0), call.shape(1)];
    const shape = broadcast([x, slope]);
    const larger = shape.length > x.length || shape.some((size, axis) => x[axis] === 1 && size !== 1);
    return larger
      ? mismatch(`a slope of shape ${show(slope)} for ${show(x)}`, 'a slope that broadcasts to it')
      : [shape];
  },
};
