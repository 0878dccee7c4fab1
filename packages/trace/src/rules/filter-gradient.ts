import { identityOrder, type Order } from '../layout.ts';
import { int } from '../recorder.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { type ConvInfo, padsOf } from './conv-info.ts';

/** Which way the matrices of a filter gradient lie. */
export type FilterGradientLayout = 'pixelRows' | 'channelRows';

/**
 * dw of y = conv(x, w), `[kh, kw, in, out]`.
 *
 * For each place (i, j) of the kernel, dw[i, j] is the product of x, shifted by (i, j), with dy over all pixels of all
 * images: one Gemm with K = B·H·W. Written so, it runs over twice as fast as the same sum written as one Conv. The
 * shifted copies are what it costs, and which layout makes them cheapest depends on the size of the image.
 *
 * @param layout `channelRows` at stride 1 only
 */
export function filterGradient(
  tracer: Tracer,
  x: TracedValue,
  dy: TracedValue,
  info: ConvInfo,
  layout: FilterGradientLayout = filterGradientLayout(info),
): TracedValue {
  const shape = [info.filterHeight, info.filterWidth, info.inChannels, info.outChannels];
  const taps = TAPS[layout](tracer, x, dy, info);
  const { recorder } = tracer;
  const [only] = taps;
  const stacked =
    taps.length === 1 && only !== undefined
      ? only
      : recorder.op('Concat', taps, [taps.length * info.inChannels, info.outChannels], { axis: int(0) });
  return tracer.computed(shape, 'float32', recorder.reshape(stacked, shape));
}

/**
 * From this width on rows of channels are faster, below it rows of pixels: the shared zeros that channel rows need are
 * a larger part of a small image. Measured with `pnpm bench filter-gradient`.
 */
const CHANNEL_ROWS_FROM = 12;

/** The faster layout for a convolution. */
export function filterGradientLayout(info: ConvInfo): FilterGradientLayout {
  const stride1 = info.strideHeight === 1 && info.strideWidth === 1;
  const large = info.outWidth >= CHANNEL_ROWS_FROM && info.filterHeight * info.filterWidth > 1;
  return stride1 && large ? 'channelRows' : 'pixelRows';
}

/** One product for each place of the kernel, row by row. */
type Taps = (tracer: Tracer, x: TracedValue, dy: TracedValue, info: ConvInfo) => string[];

const TAPS: Readonly<Record<FilterGradientLayout, Taps>> = {
  pixelRows: tapsOfPixelRows,
  channelRows: tapsOfChannelRows,
};

/**
 * Rows of pixels: x and dy as matrices `[B·H·W, C]`, each shift a copy of the padded image. Any stride.
 */
function tapsOfPixelRows(tracer: Tracer, x: TracedValue, dy: TracedValue, info: ConvInfo): string[] {
  const { recorder } = tracer;
  const { batchSize, outHeight, outWidth, filterHeight, filterWidth, inChannels, outChannels } = info;
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
  return places(filterHeight, filterWidth).map(([i, j]) => {
    const size = [outHeight, outWidth] as const;
    const shifted = cut(tracer, padded, [i, j], size, [info.strideHeight, info.strideWidth]);
    const columns = recorder.reshape(shifted, [pixels, inChannels]);
    return recorder.op('Gemm', [columns, gradient], [inChannels, outChannels], { transA: int(1) });
  });
}

/**
 * Rows of channels: x and dy as matrices `[C, B·H'·W']` over images that share a border of zeros, each image row with
 * the next and each image with the next. A shift by (i, j) is then one offset, and its copy one long run a channel.
 * The operand with fewer channels is the one that is shifted. Stride 1.
 */
function tapsOfChannelRows(tracer: Tracer, x: TracedValue, dy: TracedValue, info: ConvInfo): string[] {
  const { recorder } = tracer;
  const { batchSize, filterHeight: kh, filterWidth: kw, inChannels, outChannels } = info;
  const [top, left, bottom, right] = padsOf(info);
  const height = Math.max(info.inHeight + Math.max(top, bottom), info.outHeight);
  const width = Math.max(info.inWidth + Math.max(left, right), info.outWidth);
  const pixels = batchSize * height * width;
  const shiftsInput = inChannels <= outChannels;

  // x lies `pads` away from dy; seen from dy it is the other way round, and the kernel is walked backwards.
  const [moving, resting] = shiftsInput ? [x, dy] : [dy, x];
  const origin: readonly [number, number] = shiftsInput ? [top, left] : [kh - 1 - top, kw - 1 - left];
  const still = recorder.reshape(channelRows(tracer, resting, [0, 0], [height, width], 0), [
    resting.shape[3] ?? 0,
    pixels,
  ]);
  // One image of zeros at the end: the last shifts run past the last pixel.
  const rows = channelRows(tracer, moving, origin, [height, width], 1);
  const long = recorder.reshape(rows, [moving.shape[3] ?? 0, pixels + height * width]);

  return places(kh, kw).map(([i, j]) => {
    const offset = shiftsInput ? i * width + j : (kh - 1 - i) * width + (kw - 1 - j);
    const ends = [offset, offset + pixels].map((end) => recorder.int64([end]));
    const shifted = recorder.op(
      'Slice',
      [long, ...ends, recorder.int64([1])],
      [moving.shape[3] ?? 0, pixels],
    );
    const operands = shiftsInput ? [shifted, still] : [still, shifted];
    return recorder.op('Gemm', operands, [inChannels, outChannels], { transB: int(1) });
  });
}

/** Channels first, then images. */
const CNHW: Order = [3, 0, 1, 2];

/** `[C, B + extra, H', W']` with the image at `origin` and zeros around it. */
function channelRows(
  tracer: Tracer,
  x: TracedValue,
  origin: readonly [number, number],
  size: readonly [number, number],
  extraImages: number,
): string {
  const { recorder } = tracer;
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const begin = [0, 0, ...origin];
  const end = [0, extraImages, size[0] - height - origin[0], size[1] - width - origin[1]];
  return recorder.op(
    'Pad',
    [tracer.inOrder(x, CNHW), recorder.int64([...begin, ...end]), recorder.scalar(0)],
    [channels, batch + extraImages, ...size],
  );
}

/** Places of a kernel, row by row. */
function places(height: number, width: number): [number, number][] {
  return Array.from({ length: height * width }, (_, k) => [Math.floor(k / width), k % width]);
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
