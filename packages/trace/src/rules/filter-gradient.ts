import { identityOrder } from '../layout.ts';
import { int } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { type ConvInfo, padsOf } from './conv.ts';

/**
 * dw of y = conv(x, w), `[kh, kw, in, out]`.
 *
 * For each place (i, j) of the kernel dw[i, j] = Xᵀ(shifted by i, j) · dY over all pixels of all images: one Gemm
 * with K = B·H·W. Written so, it runs over twice as fast as the same sum written as one Conv.
 */
export function filterGradient(tracer: Tracer, x: TracedValue, dy: TracedValue, info: ConvInfo): TracedValue {
  const { recorder } = tracer;
  const { batchSize, outHeight, outWidth, filterHeight: kh, filterWidth: kw } = info;
  const { strideHeight: sh, strideWidth: sw, inChannels, outChannels } = info;
  const [top, left, bottom, right] = padsOf(info);
  const pixels = batchSize * outHeight * outWidth;
  const plain = identityOrder(4);
  const gradient = recorder.reshape(tracer.inOrder(dy, plain), [pixels, outChannels]);
  const image = tracer.inOrder(x, plain);
  const padded =
    top + left + bottom + right === 0
      ? image
      : recorder.op(
          'Pad',
          [image, recorder.int64([0, top, left, 0, 0, bottom, right, 0]), recorder.scalar(0)],
          [batchSize, info.inHeight + top + bottom, info.inWidth + left + right, inChannels],
        );
  const taps: string[] = [];
  for (let i = 0; i < kh; i++) {
    for (let j = 0; j < kw; j++) {
      const shifted = cut(tracer, padded, [i, j], [outHeight, outWidth], [sh, sw]);
      const columns = recorder.reshape(shifted, [pixels, inChannels]);
      taps.push(recorder.op('Gemm', [columns, gradient], [inChannels, outChannels], { transA: int(1) }));
    }
  }
  const [only] = taps;
  const stacked =
    taps.length === 1 && only !== undefined
      ? only
      : recorder.op('Concat', taps, [taps.length * inChannels, outChannels], { axis: int(0) });
  const shape = [kh, kw, inChannels, outChannels];
  return tracer.computed(shape, 'float32', recorder.reshape(stacked, shape));
}

/** Every `stride`-th pixel of an NHWC image from `start`, `size` of them. */
function cut(
  tracer: Tracer,
  name: string,
  start: readonly [number, number],
  size: readonly [number, number],
  stride: readonly [number, number],
): string {
  const { recorder } = tracer;
  const [batch = 0, height = 0, width = 0, channels = 0] = recorder.shapeOf(name);
  if (size[0] === height && size[1] === width) return name;
  const ends = start.map((from, i) => from + ((size[i] ?? 0) - 1) * (stride[i] ?? 1) + 1);
  const inputs = [name, recorder.int64(start), recorder.int64(ends), recorder.int64([1, 2])];
  if (stride.some((step) => step !== 1)) inputs.push(recorder.int64(stride));
  return recorder.op('Slice', inputs, [batch, size[0], size[1], channels]);
}
