import type * as tf from '@tensorflow/tfjs-core';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { type FusedActivationAttrs, fusedActivation } from './activation.ts';
import { conv2d, depthwiseConv2d } from './conv.ts';
import { convInfo } from './conv-info.ts';
import { matMul } from './matmul.ts';
import type { Kernel, Optional, RuleTable } from './rule.ts';
import { binary, unary } from './value-by-value.ts';

/** Inputs of a fused kernel other than the operands of its product. */
interface FusedInputs {
  readonly bias?: TracedValue;
  readonly preluActivationWeights?: TracedValue;
}

/** Writes the bias and the activation after the product of a fused kernel. */
function finish(
  tracer: Tracer,
  product: TracedValue,
  inputs: FusedInputs,
  attrs: FusedActivationAttrs,
): TracedValue {
  const { bias, preluActivationWeights } = inputs;
  const sum = bias === undefined ? product : binary(tracer, 'Add', product, bias);
  return fusedActivation(tracer, sum, attrs, preluActivationWeights);
}

export interface FusedKernels {
  FusedConv2D: Kernel<tf.FusedConv2DInputs, tf.FusedConv2DAttrs>;
  FusedDepthwiseConv2D: Kernel<tf.FusedDepthwiseConv2DInputs, tf.FusedDepthwiseConv2DAttrs>;
  _FusedMatMul: Kernel<tf._FusedMatMulInputs, tf._FusedMatMulAttrs>;
  FusedBatchNorm: Kernel<
    Optional<tf.FusedBatchNormInputs, 'scale' | 'offset'>,
    Optional<tf.FusedBatchNormAttrs, 'varianceEpsilon'>
  >;
}

/** Rules for batch normalization, and for kernels in which tfjs fuses a product with bias and activation. */
export const fusedRules: RuleTable<FusedKernels> = {
  FusedConv2D: (tracer, inputs, attrs, kernel) => {
    const { x, filter } = inputs;
    const info = convInfo(kernel, x.shape, filter.shape, attrs);
    return finish(tracer, conv2d(tracer, x, filter, info), inputs, attrs);
  },
  FusedDepthwiseConv2D: (tracer, inputs, attrs, kernel) => {
    const { x, filter } = inputs;
    const info = convInfo(kernel, x.shape, filter.shape, attrs, true);
    return finish(tracer, depthwiseConv2d(tracer, x, filter, info), inputs, attrs);
  },
  _FusedMatMul: (tracer, inputs, attrs) => {
    const { transposeA, transposeB } = attrs;
    const product = matMul(tracer, inputs.a, inputs.b, transposeA, transposeB);
    return finish(tracer, product, inputs, attrs);
  },
  // y = (x − mean) · (scale / √(variance + ε)) + offset. The quotient is computed first, because it has only one value per
  // channel.
  FusedBatchNorm: (tracer, inputs, { varianceEpsilon = 0.001 }) => {
    const { scale, offset } = inputs;
    const epsilon = tracer.fill(varianceEpsilon, [], 'float32');
    const spread = binary(tracer, 'Add', inputs.variance, epsilon);
    const deviation = unary(tracer, 'Sqrt', spread);
    const numerator = scale ?? tracer.fill(1, [], 'float32');
    const centred = binary(tracer, 'Sub', inputs.x, inputs.mean);
    const scaled = binary(tracer, 'Mul', centred, binary(tracer, 'Div', numerator, deviation));
    return offset === undefined ? scaled : binary(tracer, 'Add', scaled, offset);
  },
};
