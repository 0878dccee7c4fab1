import * as tf from '@tensorflow/tfjs-core';
import { sumToShape } from './broadcast.ts';
import { at, gradient } from './gradient.ts';

/** Runs a gradient that tfjs provides as a kernel. */
const run = (kernel: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap): tf.Tensor =>
  tf.engine().runKernel(kernel, inputs, attrs);

/** Gradients of matrix products, convolutions, pooling and linear resampling. */
export const linearGradients: readonly tf.GradConfig[] = [
  gradient(tf.BatchMatMul, ['a', 'b'], (dy, s, { transposeA, transposeB }) => {
    const [a, b] = [at(s, 0), at(s, 1)];
    const [ta, tb] = [transposeA as boolean, transposeB as boolean];
    return {
      a: () => sumToShape(ta ? tf.matMul(b, dy, tb, true) : tf.matMul(dy, b, false, !tb), a.shape),
      b: () => sumToShape(tb ? tf.matMul(dy, a, true, ta) : tf.matMul(a, dy, !ta, false), b.shape),
    };
  }),
  gradient(tf.Conv2D, ['x', 'filter'], (dy, s, { dilations, ...attrs }) => {
    const [x, filter] = [at(s, 0) as tf.Tensor4D, at(s, 1) as tf.Tensor4D];
    if (!tf.backend_util.tupleValuesAreOne(dilations as number[])) {
      throw new Error(`gradient of Conv2D: dilations are [${dilations}]; expected only 1.`);
    }
    return {
      x: () => run(tf.Conv2DBackpropInput, { dy, filter }, { ...attrs, inputShape: x.shape }),
      filter: () => run(tf.Conv2DBackpropFilter, { x, dy }, { ...attrs, filterShape: filter.shape }),
    };
  }),
  gradient(tf.DepthwiseConv2dNative, ['x', 'filter'], (dy, s, attrs) => {
    const [x, filter] = [at(s, 0), at(s, 1)];
    const [ofInput, ofFilter] = [
      tf.DepthwiseConv2dNativeBackpropInput,
      tf.DepthwiseConv2dNativeBackpropFilter,
    ];
    return {
      x: () => run(ofInput, { dy, filter }, { ...attrs, inputShape: x.shape }),
      filter: () => run(ofFilter, { x, dy }, { ...attrs, filterShape: filter.shape }),
    };
  }),
  gradient(tf.AvgPool, ['x'], (dy, s, attrs) => ({
    x: () => run(tf.AvgPoolGrad, { dy, input: at(s, 0) }, attrs),
  })),
  gradient(tf.MaxPool, ['x', 'output'], (dy, s, attrs) => ({
    x: () => run(tf.MaxPoolGrad, { dy, input: at(s, 0), output: at(s, 1) }, attrs),
  })),
  gradient(tf.ResizeBilinear, ['images'], (dy, s, attrs) => ({
    // The cpu backend of tfjs 4.22 returns the right values, but swaps height and width in the shape.
    images: () => tf.reshape(run(tf.ResizeBilinearGrad, { images: at(s, 0), dy }, attrs), at(s, 0).shape),
  })),
];
