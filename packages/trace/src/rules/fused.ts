import * as tf from '@tensorflow/tfjs-core';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { fusedActivation } from './activation.ts';
import { conv2d, depthwiseConv2d } from './conv.ts';
import { convInfo } from './conv-info.ts';
import { matMul } from './matmul.ts';
import { input, type RuleInputs, type RuleTable } from './rule.ts';
import { binary, unary } from './value-by-value.ts';

/** Bias and activation after the product of a fused kernel. */
function finish(
  tracer: Tracer,
  product: TracedValue,
  inputs: RuleInputs,
  attrs: tf.NamedAttrMap,
): TracedValue {
  const { bias, preluActivationWeights } = inputs;
  const sum = bias === undefined ? product : binary(tracer, 'Add', product, bias);
  return fusedActivation(tracer, sum, attrs, preluActivationWeights);
}

/** Kernels in which tfjs fuses a product with what follows it, and batch normalization. */
export const fusedRules: RuleTable = {
  [tf.FusedConv2D]: (tracer, inputs, attrs, kernel) => {
    const [x, filter] = [input(inputs, 'x'), input(inputs, 'filter')];
    const info = convInfo(kernel, x.shape, filter.shape, attrs);
    return finish(tracer, conv2d(tracer, x, filter, info), inputs, attrs);
  },
  [tf.FusedDepthwiseConv2D]: (tracer, inputs, attrs, kernel) => {
    const [x, filter] = [input(inputs, 'x'), input(inputs, 'filter')];
    const info = convInfo(kernel, x.shape, filter.shape, attrs, true);
    return finish(tracer, depthwiseConv2d(tracer, x, filter, info), inputs, attrs);
  },
  [tf._FusedMatMul]: (tracer, inputs, attrs) => {
    const { transposeA, transposeB } = attrs;
    const product = matMul(
      tracer,
      input(inputs, 'a'),
      input(inputs, 'b'),
      transposeA as boolean,
      transposeB as boolean,
    );
    return finish(tracer, product, inputs, attrs);
  },
  // y = (x − mean) · scale / √(variance + ε) + offset, the factors multiplied out while they are one number a channel
  [tf.FusedBatchNorm]: (tracer, inputs, { varianceEpsilon }) => {
    const { scale, offset } = inputs;
    const epsilon = tracer.fill((varianceEpsilon as number | undefined) ?? 0.001, [], 'float32');
    const spread = binary(tracer, 'Add', input(inputs, 'variance'), epsilon);
    const deviation = unary(tracer, 'Sqrt', spread);
    const numerator = scale ?? tracer.fill(1, [], 'float32');
    const centred = binary(tracer, 'Sub', input(inputs, 'x'), input(inputs, 'mean'));
    const scaled = binary(tracer, 'Mul', centred, binary(tracer, 'Div', numerator, deviation));
    return offset === undefined ? scaled : binary(tracer, 'Add', scaled, offset);
  },
};
