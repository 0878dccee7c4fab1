import { attr } from '@isonoise/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { unsupported } from '../errors.ts';
import { sameOrder } from '../layout.ts';
import type { Attributes } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedType, TracedValue } from '../value.ts';
import { cast } from './cast.ts';
import { clip, op, real } from './elementwise.ts';
import { input, type RuleTable } from './rule.ts';
import { binary, broadcasting, eachValue, requireNumbers, unary } from './value-by-value.ts';

/** A float function of one operand under an ONNX name. */
function named(tracer: Tracer, opType: string, x: TracedValue, attributes: Attributes = {}): TracedValue {
  return unary(tracer, opType, cast(tracer, x, 'float32'), 'float32', attributes);
}

/** x where it is positive, alpha·x below. */
function prelu(tracer: Tracer, x: TracedValue, alpha: TracedValue): TracedValue {
  const shape = tf.backend_util.assertAndGetBroadcastShape([...x.shape], [...alpha.shape]);
  // PRelu broadcasts its slope to x, never x to its slope.
  if (sameOrder(x.shape, shape) && x.forms.length > 0) {
    return broadcasting(tracer, 'PRelu', [x, alpha], 'float32');
  }
  const below = binary(tracer, 'Less', x, tracer.fill(0, [], 'float32'), 'bool');
  return broadcasting(tracer, 'Where', [below, binary(tracer, 'Mul', x, alpha), x], 'float32');
}

/** 1 above zero, alpha elsewhere, NaN at NaN. */
function step(tracer: Tracer, x: TracedValue, alpha: number): TracedValue {
  requireNumbers(tracer, x);
  const { recorder } = tracer;
  const number = (value: number, dtype: TracedType): string => tracer.plain(tracer.fill(value, [], dtype));
  return eachValue(tracer, x, x.dtype, (name, shape) => {
    const above = recorder.op('Greater', [name, number(0, x.dtype)], shape);
    const stepped = recorder.op('Where', [above, number(1, x.dtype), number(alpha, x.dtype)], shape);
    if (x.dtype !== 'float32') return stepped;
    return recorder.op('Where', [recorder.op('IsNaN', [name], shape), name, stepped], shape);
  });
}

type Activation = (tracer: Tracer, x: TracedValue, alpha: number, weights?: TracedValue) => TracedValue;

/** What fused kernels may end in, by tfjs's names. */
const FUSED: Readonly<Record<string, Activation>> = {
  linear: (_tracer, x) => x,
  relu: (tracer, x) => named(tracer, 'Relu', x),
  relu6: (tracer, x) => clip(tracer, x, 0, 6),
  elu: (tracer, x) => named(tracer, 'Elu', x),
  sigmoid: (tracer, x) => named(tracer, 'Sigmoid', x),
  leakyrelu: (tracer, x, alpha) => named(tracer, 'LeakyRelu', x, { alpha: attr.float(alpha) }),
  prelu: (tracer, x, _alpha, weights) => {
    if (weights === undefined) throw unsupported('Prelu', 'weights', 'none', 'preluActivationWeights');
    return prelu(tracer, x, weights);
  },
};

/** The activation at the end of a fused kernel. */
export function fusedActivation(
  tracer: Tracer,
  x: TracedValue,
  { activation, leakyreluAlpha }: tf.NamedAttrMap,
  weights: TracedValue | undefined,
): TracedValue {
  const apply = FUSED[(activation as string | undefined) ?? 'linear'];
  if (apply === undefined) {
    throw unsupported(tracer.recorder.kernel, 'activation', activation, Object.keys(FUSED).join(', '));
  }
  return apply(tracer, x, (leakyreluAlpha as number | undefined) ?? 0.2, weights);
}

/** Activations of one operand, and Prelu. */
export const activationRules: RuleTable = {
  [tf.Elu]: real(op('Elu')),
  [tf.Relu]: real(op('Relu')),
  [tf.Selu]: real(op('Selu')),
  [tf.Sigmoid]: real(op('Sigmoid')),
  [tf.Softplus]: real(op('Softplus')),
  [tf.Relu6]: (tracer, inputs) => clip(tracer, input(inputs, 'x'), 0, 6),
  [tf.LeakyRelu]: (tracer, inputs, { alpha }) =>
    named(tracer, 'LeakyRelu', input(inputs, 'x'), { alpha: attr.float(alpha as number) }),
  [tf.Prelu]: (tracer, inputs) =>
    prelu(tracer, cast(tracer, input(inputs, 'x'), 'float32'), input(inputs, 'alpha')),
  [tf.Step]: (tracer, inputs, { alpha }) => step(tracer, input(inputs, 'x'), (alpha as number) ?? 0),
};
