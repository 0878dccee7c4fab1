import { attr } from '@isonoise/onnx';
import { permute, type Shape } from '../layout.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';

/** Mapping of positions in the result to positions in the source. */
export interface Sampling {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** Step in the source for a step of 1 in the result. */
export function pitch(from: number, to: number, alignCorners: boolean): number {
  return alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
}

/** The source samples on both sides of a sample of the result, and the distance of this sample from the lower one. */
interface Between {
  readonly low: number;
  readonly high: number;
  /** 0 to 1; 0 if both are the same sample. */
  readonly fraction: number;
}

function placesBetween(from: number, to: number, { alignCorners, halfPixelCenters }: Sampling): Between[] {
  const step = pitch(from, to, alignCorners);
  return Array.from({ length: to }, (_, i) => {
    const place = halfPixelCenters ? step * (i + 0.5) - 0.5 : step * i;
    const low = Math.max(0, Math.floor(place));
    const high = Math.min(from - 1, Math.max(0, Math.ceil(place)));
    return { low, high, fraction: high === low ? 0 : place - low };
  });
}

/** `shape` with a new size along a logical axis. */
const resized = (shape: Shape, axis: number, size: number): number[] =>
  shape.map((old, i) => (i === axis ? size : old));

/**
 * Appends ones to `sizes`, so that factors along a physical axis broadcast: `[n, 1, …]` or `[n, K, 1, …]`.
 */
const alongAxis = (sizes: readonly number[], rank: number, axis: number): number[] => [
  ...sizes,
  ...Array<number>(rank - axis - 1).fill(1),
];

/**
 * Interpolates an image along one axis: low + (high − low) · fraction, as in tfjs. Each result depends on only two samples,
 * so NaN or infinity in one pixel does not spread. With a product by a matrix of weights, NaN would spread everywhere,
 * because 0 · NaN is NaN.
 */
function sample(tracer: Tracer, image: TracedValue, axis: number, to: number, how: Sampling): TracedValue {
  const order = tracer.orderOf(image);
  const { recorder } = tracer;
  const along = order.indexOf(axis);
  const places = placesBetween(image.shape[axis] ?? 0, to, how);
  const shape = resized(image.shape, axis, to);
  const physical = permute(shape, order);
  const source = tracer.inOrder(image, order);
  const picked = (which: 'low' | 'high'): string => {
    const indices = recorder.constant(
      'int32',
      [to],
      places.map((place) => place[which]),
    );
    return recorder.op('Gather', [source, indices], physical, { axis: attr.int(along) });
  };
  const [low, high] = [picked('low'), picked('high')];
  const fractions = recorder.float32(
    places.map(({ fraction }) => fraction),
    alongAxis([to], physical.length, along),
  );
  const step = recorder.op('Mul', [recorder.op('Sub', [high, low], physical), fractions], physical);
  return tracer.computed(shape, 'float32', recorder.op('Add', [low, step], physical), order);
}

/** Bilinear resampling: the width first, then the height. */
export function resample(
  tracer: Tracer,
  image: TracedValue,
  height: number,
  width: number,
  how: Sampling,
): TracedValue {
  return sample(tracer, sample(tracer, image, 2, width, how), 1, height, how);
}

/**
 * Writes the gradient of `sample`: each source sample gathers the results that depend on it and adds them with their
 * weights. All samples gather the same number of results. Unused entries point to a zero after the last result.
 *
 * @param from samples of the source along the axis
 */
function gatherBack(tracer: Tracer, dy: TracedValue, axis: number, from: number, how: Sampling): TracedValue {
  const to = dy.shape[axis] ?? 0;
  const parts = Array.from({ length: from }, (): { readonly index: number; readonly weight: number }[] => []);
  placesBetween(from, to, how).forEach(({ low, high, fraction }, index) => {
    parts[low]?.push({ index, weight: 1 - fraction });
    if (high !== low) parts[high]?.push({ index, weight: fraction });
  });
  const most = Math.max(1, ...parts.map(({ length }) => length));
  const table = parts.flatMap((list) => [
    ...list,
    ...Array<{ index: number; weight: number }>(most - list.length).fill({ index: to, weight: 0 }),
  ]);

  const order = tracer.orderOf(dy);
  const { recorder } = tracer;
  const along = order.indexOf(axis);
  const physical = permute(dy.shape, order);
  const rank = physical.length;
  const source = withZeros(tracer, tracer.inOrder(dy, order), along);
  const indices = recorder.constant(
    'int32',
    [from, most],
    table.map(({ index }) => index),
  );
  const gatheredShape = [...physical.slice(0, along), from, most, ...physical.slice(along + 1)];
  const gathered = recorder.op('Gather', [source, indices], gatheredShape, { axis: attr.int(along) });
  const weights = recorder.float32(
    table.map(({ weight }) => weight),
    alongAxis([from, most], rank, along),
  );
  const weighted = recorder.op('Mul', [gathered, weights], gatheredShape);
  const shape = resized(dy.shape, axis, from);
  const sum = recorder.op('ReduceSum', [weighted, recorder.int64([along + 1])], permute(shape, order), {
    keepdims: attr.int(0),
  });
  return tracer.computed(shape, 'float32', sum, order);
}

/** Appends a zero along a physical axis. */
function withZeros({ recorder }: Tracer, name: string, axis: number): string {
  const shape = recorder.shapeOf(name);
  const amounts = Array.from({ length: 2 * shape.length }, (_, i) => (i === shape.length + axis ? 1 : 0));
  const larger = shape.map((size, i) => (i === axis ? size + 1 : size));
  return recorder.op('Pad', [name, recorder.int64(amounts), recorder.scalar(0)], larger);
}

/** The gradient of bilinear resampling of images of `height` by `width` pixels. */
export function resampleGradient(
  tracer: Tracer,
  dy: TracedValue,
  height: number,
  width: number,
  how: Sampling,
): TracedValue {
  return gatherBack(tracer, gatherBack(tracer, dy, 1, height, how), 2, width, how);
}
