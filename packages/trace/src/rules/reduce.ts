import { attr } from '@isonoise/onnx';
import type * as tf from '@tensorflow/tfjs-core';
import { unsupported } from '../errors.ts';
import { orderWithout, permute, type Shape, sizeOf } from '../layout.ts';
import type { Attributes } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { asNumbers, cast } from './cast.ts';
import { oneHot } from './constant.ts';
import { matMul } from './matmul.ts';
import { axesOf, axisOf, type Kernel, type Rule, type RuleTable } from './rule.ts';
import { reshape } from './shape.ts';
import { broadcasting, unary } from './value-by-value.ts';

/** Writes an ONNX reduction over physical axes. In opset 17 only ReduceSum takes its axes as an input. */
function write(tracer: Tracer, opType: string, name: string, axes: readonly number[], shape: Shape): string {
  const attributes: Attributes = { keepdims: attr.int(0) };
  return opType === 'ReduceSum'
    ? tracer.recorder.op(opType, [name, tracer.recorder.int64(axes)], shape, attributes)
    : tracer.recorder.op(opType, [name], shape, { ...attributes, axes: attr.ints(axes) });
}

function reduce(
  tracer: Tracer,
  opType: string,
  x: TracedValue,
  axis: number | number[] | null | undefined,
  keepDims: boolean,
): TracedValue {
  const axes = axesOf(axis, x.shape);
  const kept = x.shape.filter((_, i) => !axes.includes(i));
  const withOnes = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  if (axes.length === 0) return x;
  const order = tracer.orderOf(x);
  const physical = axes.map((a) => order.indexOf(a)).sort((a, b) => a - b);
  const newOrder = orderWithout(order, axes);
  const name = write(tracer, opType, tracer.inOrder(x, order), physical, permute(kept, newOrder));
  const value = tracer.computed(kept, x.dtype, name, newOrder);
  return keepDims ? reshape(tracer, value, withOnes) : value;
}

/** Axes to reduce; null means all axes. Max calls them `reductionIndices`. */
interface FoldAttrs {
  readonly axis?: number | number[] | null | undefined;
  readonly reductionIndices?: number | number[] | null | undefined;
  readonly keepDims?: boolean | undefined;
}

/** Writes a reduction. Booleans are reduced as 0 and 1: their minimum is "all", their maximum "any". */
const fold =
  (opType: string): Rule<Kernel<tf.SumInputs, FoldAttrs>> =>
  (tracer, { x }, { axis, reductionIndices = axis, keepDims = false }) =>
    cast(tracer, reduce(tracer, opType, asNumbers(tracer, x), reductionIndices, keepDims), x.dtype);

/**
 * Writes a reduction like `fold`, for minima and maxima. For empty axes, tfjs gives NaN, 0 or false; ONNX gives the
 * bounds of the type.
 */
const choice =
  (opType: 'ReduceMax' | 'ReduceMin'): Rule<Kernel<tf.SumInputs, FoldAttrs>> =>
  (tracer, inputs, attrs, kernel) => {
    const { x } = inputs;
    const { axis, reductionIndices = axis, keepDims = false } = attrs;
    const axes = axesOf(reductionIndices, x.shape);
    if (!axes.some((one) => x.shape[one] === 0)) return fold(opType)(tracer, inputs, attrs, kernel);
    const withOnes = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
    const shape = keepDims ? withOnes : withOnes.filter((_, i) => !axes.includes(i));
    return tracer.fill(x.dtype === 'float32' ? Number.NaN : 0, shape, x.dtype);
  };

/** The maximum or minimum; NaN if any value is NaN, as in tfjs. ONNX does not define comparisons with NaN. */
const extreme =
  (opType: 'ReduceMax' | 'ReduceMin'): Rule<Kernel<tf.MaxInputs, FoldAttrs>> =>
  (tracer, inputs, attrs, kernel) => {
    const { x } = inputs;
    const value = choice(opType)(tracer, inputs, attrs, kernel);
    if (x.dtype !== 'float32' || x.shape.length === 0 || value.fill !== undefined) return value;
    const marks = cast(tracer, unary(tracer, 'IsNaN', x, 'bool'), 'float32');
    const found = cast(tracer, fold('ReduceMax')(tracer, { x: marks }, attrs, kernel), 'bool');
    return broadcasting(tracer, 'Where', [found, tracer.fill(Number.NaN, [], 'float32'), value], 'float32');
  };

const arg =
  (opType: string): Rule<Kernel<tf.ArgMaxInputs, tf.ArgMaxAttrs>> =>
  (tracer, { x }, { axis }) => {
    const along = axisOf(axis, x.shape);
    const shape = x.shape.filter((_, i) => i !== along);
    if (x.shape[along] === 0) return tracer.fill(0, shape, 'int32');
    const { recorder } = tracer;
    const found = recorder.op(opType, [tracer.plain(asNumbers(tracer, x))], shape, {
      axis: attr.int(along),
      keepdims: attr.int(0),
    });
    return tracer.computed(shape, 'int32', recorder.op('Cast', [found], shape, { to: attr.int(6) }));
  };

function normalized(tracer: Tracer, opType: string, logits: TracedValue, axis: number): TracedValue {
  const along = attr.int(axisOf(axis, logits.shape));
  const name = tracer.recorder.op(opType, [tracer.plain(logits)], logits.shape, { axis: along });
  return tracer.computed(logits.shape, 'float32', name);
}

/**
 * Writes y[s] = Σ x[i] over the rows i whose segment is s, as one product, oneHot(segments)ᵀ · x. ScatterND with a
 * reduction is not used, because ONNX does not define the order in which it adds the rows of a segment.
 *
 * Letters: N rows, S segments.
 */
function segmentSum(tracer: Tracer, x: TracedValue, segments: TracedValue, count: number): TracedValue {
  const [rows = 0, ...rest] = x.shape;
  const matrix = reshape(tracer, x, [rows, sizeOf(rest)]);
  const hits = cast(tracer, oneHot(tracer, segments, count), x.dtype); // [N, S]
  return reshape(tracer, matMul(tracer, hits, matrix, true, false), [count, ...rest]);
}

export interface ReduceKernels {
  Sum: Kernel<tf.SumInputs, FoldAttrs>;
  Prod: Kernel<tf.ProdInputs, FoldAttrs>;
  Max: Kernel<tf.MaxInputs, FoldAttrs>;
  Min: Kernel<tf.MinInputs, FoldAttrs>;
  ArgMax: Kernel<tf.ArgMaxInputs, tf.ArgMaxAttrs>;
  ArgMin: Kernel<tf.ArgMinInputs, tf.ArgMinAttrs>;
  All: Kernel<tf.AllInputs, FoldAttrs>;
  Any: Kernel<tf.AnyInputs, FoldAttrs>;
  Mean: Kernel<tf.MeanInputs, FoldAttrs>;
  Cumsum: Kernel<tf.CumsumInputs, tf.CumsumAttrs>;
  UnsortedSegmentSum: Kernel<tf.UnsortedSegmentSumInputs, tf.UnsortedSegmentSumAttrs>;
  Softmax: Kernel<tf.SoftmaxInputs, tf.SoftmaxAttrs>;
  LogSoftmax: Kernel<tf.LogSoftmaxInputs, tf.LogSoftmaxAttrs>;
}

/** Kernels that reduce axes, or work along an axis. */
export const reduceRules: RuleTable<ReduceKernels> = {
  Sum: fold('ReduceSum'),
  Prod: fold('ReduceProd'),
  Max: extreme('ReduceMax'),
  Min: extreme('ReduceMin'),
  ArgMax: arg('ArgMax'),
  ArgMin: arg('ArgMin'),
  All: choice('ReduceMin'),
  Any: choice('ReduceMax'),
  Mean: (tracer, { x }, { axis, keepDims = false }) =>
    reduce(tracer, 'ReduceMean', cast(tracer, x, 'float32'), axis, keepDims),
  Cumsum: (tracer, inputs, { axis, exclusive, reverse }) => {
    const x = inputs.x;
    const value = asNumbers(tracer, x);
    const order = tracer.orderOf(value);
    const { recorder } = tracer;
    const along = order.indexOf(axisOf(axis, x.shape));
    const names = [tracer.inOrder(value, order), recorder.int64Scalar(along)];
    const name = recorder.op('CumSum', names, permute(x.shape, order), {
      exclusive: attr.int(exclusive ? 1 : 0),
      reverse: attr.int(reverse ? 1 : 0),
    });
    return tracer.computed(x.shape, value.dtype, name, order);
  },
  UnsortedSegmentSum: (tracer, inputs, { numSegments }, kernel) => {
    const segments = inputs.segmentIds;
    if (segments.shape.length !== 1) {
      throw unsupported(kernel, 'segmentIds of shape', segments.shape, 'rank 1, with one segment per row');
    }
    // tfjs sums rows of any type as floats.
    return segmentSum(tracer, cast(tracer, inputs.x, 'float32'), segments, numSegments);
  },
  Softmax: (tracer, inputs, { dim }) => normalized(tracer, 'Softmax', inputs.logits, dim),
  LogSoftmax: (tracer, inputs, { axis }) => normalized(tracer, 'LogSoftmax', inputs.logits, axis),
};
