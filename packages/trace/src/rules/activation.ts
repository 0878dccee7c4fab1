import { attr } from '@isonoise/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { unsupported } from '../errors.ts';
import { sameOrder } from '../layout.ts';
import type { Attributes } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedType, TracedValue } from '../value.ts';
import { cast } from './cast.ts';
import { clip, op, real } from './elementwise.ts';
import type { Kernel, Optional, RuleTable } from './rule.ts';
import { binary, broadcasting, eachValue, requireNumbers, unary } from './value-by-value.ts';

/** Writes a float ONNX operator with one operand. */
function named(tracer: Tracer, opType: string, x: TracedValue, attributes: Attributes = {}): TracedValue {
  return unary(tracer, opType, cast(tracer, x, 'float32'), 'float32', attributes);
}

/** Writes x if x is positive, else alpha·x. */
function prelu(tracer: Tracer, x: TracedValue, alpha: TracedValue): TracedValue {
  const shape = tf.backend_util.assertAndGetBroadcastShape([...x.shape], [...alpha.shape]);
  // PRelu broadcasts the slope to x, but not x to the slope.
  if (sameOrder(x.shape, shape) && x.forms.length > 0) {
    return broadcasting(tracer, 'PRelu', [x, alpha], 'float32');
  }
  const below = binary(tracer, 'Less', x, tracer.fill(0, [], 'float32'), 'bool');
  return broadcasting(tracer, 'Where', [below, binary(tracer, 'Mul', x, alpha), x], 'float32');
}

/** Writes 1 where x is above zero, NaN where x is NaN, and alpha elsewhere. */
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

export type FusedActivationAttrs = Optional<
  Pick<tf._FusedMatMulAttrs, 'activation' | 'leakyreluAlpha'>,
  'activation' | 'leakyreluAlpha'
>;

/** Activations of fused kernels by their tfjs names. */
const FUSED: { readonly [A in tf._FusedMatMulAttrs['activation']]: Activation } = {
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

/** Writes the activation at the end of a fused kernel. */
export function fusedActivation(
  tracer: Tracer,
  x: TracedValue,
  { activation = 'linear', leakyreluAlpha = 0.2 }: FusedActivationAttrs,
  weights: TracedValue | undefined,
): TracedValue {
  const apply = Object.hasOwn(FUSED, activation) ? FUSED[activation] : undefined;
  if (apply === undefined) {
    throw unsupported(tracer.recorder.kernel, 'activation', activation, Object.keys(FUSED).join(', '));
  }
  return apply(tracer, x, leakyreluAlpha, weights);
}

export interface ActivationKernels {
  Elu: Kernel<tf.EluInputs>;
  Relu: Kernel<tf.ReluInputs>;
  Selu: Kernel<tf.SeluInputs>;
  Sigmoid: Kernel<tf.SigmoidInputs>;
  Softplus: Kernel<tf.SoftplusInputs>;
  Relu6: Kernel<tf.Relu6Inputs>;
  LeakyRelu: Kernel<tf.LeakyReluInputs, tf.LeakyReluAttrs>;
  Prelu: Kernel<tf.PreluInputs>;
  Step: Kernel<tf.StepInputs, Optional<tf.StepAttrs, 'alpha'>>;
}

/** Activations of one operand, and Prelu. */
export const activationRules: RuleTable<ActivationKernels> = {
  Elu: real(op('Elu')),
  Relu: real(op('Relu')),
  Selu: real(op('Selu')),
  Sigmoid: real(op('Sigmoid')),
  Softplus: real(op('Softplus')),
  Relu6: (tracer, inputs) => clip(tracer, inputs.x, 0, 6),
  LeakyRelu: (tracer, inputs, { alpha }) =>
    named(tracer, 'LeakyRelu', inputs.x, { alpha: attr.float(alpha) }),
  Prelu: (tracer, { x, alpha }) => prelu(tracer, cast(tracer, x, 'float32'), cast(tracer, alpha, 'float32')),
  Step: (tracer, inputs, { alpha = 0 }) => step(tracer, inputs.x, alpha),
};
