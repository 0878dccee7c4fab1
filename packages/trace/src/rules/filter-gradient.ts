import { attr } from '@isonoise/onnx';
import { HWOI, identityOrder, NCHW, type Order, permute } from '../layout.ts';

import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { type ConvInfo, padsOf } from './conv-info.ts';

/** Layout of the matrices in a filter gradient. */
export type FilterGradientLayout = 'pixelRows' | 'channelRows' | 'imageRows';

/**
 * Writes dw of y = conv(x, w), `[kh, kw, in, out]`.
 *
 * For each kernel position (i, j), dw[i, j] is the product of x, shifted by (i, j), with dy over all pixels of all images.
 * Matrix products of shifted copies are more than twice as fast as one Conv. The result is stored as `[kh, kw, out, in]`,
 * which differs from PyTorch's order of weights in the place of one axis.
 *
 * @param layout `channelRows` and `imageRows` require stride 1
 */
export function filterGradient(
  tracer: Tracer,
  x: TracedValue,
  dy: TracedValue,
  info: ConvInfo,
  layout: FilterGradientLayout = filterGradientLayout(info),
): TracedValue {
  const shape = [info.filterHeight, info.filterWidth, info.inChannels, info.outChannels];
  const places = PLACES[layout](tracer, x, dy, info);
  return tracer.computed(shape, 'float32', tracer.recorder.reshape(places, permute(shape, HWOI)), HWOI);
}

/** From this number of pixels, images are multiplied one at a time. */
const LARGE = 16 * 16;

/**
 * Returns the fastest layout for a convolution, as measured by `pnpm bench filter-gradient`. For a 3×3 kernel at stride 1,
 * `channelRows` and `imageRows` take four shifted copies and three products; `pixelRows` takes nine copies. Small images
 * are multiplied together. Large images are multiplied one at a time, so that they stay in the cache and are not transposed.
 */
export function filterGradientLayout(info: ConvInfo): FilterGradientLayout {
  if (info.strideHeight !== 1 || info.strideWidth !== 1) return 'pixelRows';
  return info.inHeight * info.outWidth >= LARGE ? 'imageRows' : 'channelRows';
}

/** A writer for each layout. It returns the name of a value with kh·kw·out·in elements, in this order. */
const PLACES: Readonly<
  Record<FilterGradientLayout, (tracer: Tracer, x: TracedValue, dy: TracedValue, info: ConvInfo) => string>
> = {
  pixelRows: placesOfPixelRows,
  channelRows: placesOfChannelRows,
  imageRows: placesOfImageRows,
};

/**
 * Rows of pixels. x and dy are matrices `[B·H·W, C]`, and each shift copies a part of the padded image. This layout supports
 * any stride.
 */
function placesOfPixelRows(tracer: Tracer, x: TracedValue, dy: TracedValue, info: ConvInfo): string {
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
  const products = Array.from({ length: filterHeight * filterWidth }, (_, k) => {
    const start = [Math.floor(k / filterWidth), k % filterWidth] as const;
    const size = [outHeight, outWidth] as const;
    const shifted = cut(tracer, padded, start, size, [info.strideHeight, info.strideWidth]);
    const columns = recorder.reshape(shifted, [pixels, inChannels]);
    return recorder.op('Gemm', [gradient, columns], [outChannels, inChannels], { transA: attr.int(1) });
  });
  return join(tracer, products, 0);
}

/**
 * Rows of channels over the pixels of all images. x and dy are matrices `[C, B·H·W]`. Requires stride 1.
 */
function placesOfChannelRows(tracer: Tracer, x: TracedValue, dy: TracedValue, info: ConvInfo): string {
  const { recorder } = tracer;
  const matrix = (name: string): string => {
    const [channels = 0] = recorder.shapeOf(name);
    return recorder.reshape(name, [channels, recorder.sizeOf(name) / channels]);
  };
  const { columns, rows } = shifted(tracer, tracer.inOrder(x, CNHW), tracer.inOrder(dy, CNHW), info);
  const stack = join(tracer, rows.map(matrix), 0);
  const products = columns.map((name) =>
    recorder.op('Gemm', [stack, matrix(name)], [rows.length * info.outChannels, info.inChannels], {
      transB: attr.int(1),
    }),
  );
  return fromColumns(tracer, products, info);
}

/**
 * Rows of channels over the pixels of each image. x and dy are B matrices `[C, H·W]`; their products are added. Requires
 * stride 1.
 */
function placesOfImageRows(tracer: Tracer, x: TracedValue, dy: TracedValue, info: ConvInfo): string {
  const { recorder } = tracer;
  const matrices = (name: string): string => {
    const [batch = 0, channels = 0, height = 0, width = 0] = recorder.shapeOf(name);
    return recorder.reshape(name, [batch, channels, height * width]);
  };
  const { columns, rows } = shifted(tracer, tracer.inOrder(x, NCHW), tracer.inOrder(dy, NCHW), info);
  const stack = join(tracer, rows.map(matrices), 1);
  const shape = [rows.length * info.outChannels, info.inChannels];
  const products = columns.map((name) => {
    const pixels = recorder.transpose(matrices(name), [0, 2, 1]);
    const each = recorder.op('MatMul', [stack, pixels], [info.batchSize, ...shape]);
    return recorder.op('ReduceSum', [each, recorder.int64([0])], shape, { keepdims: attr.int(0) });
  });
  return fromColumns(tracer, products, info);
}

/** Channels first, then images. */
const CNHW: Order = [3, 0, 1, 2];

/**
 * Splits the shift of x by (i, j) for a kernel position: x is shifted by columns, and dy by rows in the opposite direction.
 * Values from outside the image are zeros. With `same` padding, a 3×3 kernel takes two copies of x and two of dy, because
 * the middle position does not move.
 *
 * @param image x, `[·, ·, H, W]`
 * @param gradient dy, `[·, ·, H, W]`
 * @returns x for each column of the kernel and dy for each row of the kernel; all have the input's height and the output's
 *   width
 */
function shifted(
  tracer: Tracer,
  image: string,
  gradient: string,
  info: ConvInfo,
): { readonly columns: readonly string[]; readonly rows: readonly string[] } {
  // dy[h, w] is multiplied by x[h + i − top, w + j − left].
  const [top, left] = padsOf(info);
  return {
    columns: Array.from({ length: info.filterWidth }, (_, j) =>
      shiftColumns(tracer, image, j - left, info.outWidth),
    ),
    rows: Array.from({ length: info.filterHeight }, (_, i) =>
      shiftRows(tracer, gradient, top - i, info.inHeight),
    ),
  };
}

/** Joins the products `[kh·out, in]` of the kernel columns to `[kh, kw·out·in]`. */
function fromColumns(tracer: Tracer, products: readonly string[], info: ConvInfo): string {
  const rows = [info.filterHeight, info.outChannels * info.inChannels];
  return join(
    tracer,
    products.map((name) => tracer.recorder.reshape(name, rows)),
    1,
  );
}

/** Concatenates values of the same shape. */
function join({ recorder }: Tracer, names: readonly string[], axis: number): string {
  const [first = ''] = names;
  if (names.length === 1) return first;
  const shape = recorder.shapeOf(first).map((size, i) => (i === axis ? size * names.length : size));
  return recorder.op('Concat', names, shape, { axis: attr.int(axis) });
}

/**
 * Returns `[·, ·, H, W]` with `result[h] = x[h + by]` for `height` rows. Values from outside are zeros. Each
 * image is padded as one run of values.
 */
function shiftRows(tracer: Tracer, name: string, by: number, height: number): string {
  const { recorder } = tracer;
  const [a = 0, b = 0, rows = 0, width = 0] = recorder.shapeOf(name);
  const images = recorder.reshape(name, [a, b, rows * width]);
  const pads = [0, 0, -by * width, 0, 0, (height - rows + by) * width];
  return recorder.reshape(pad(tracer, images, pads), [a, b, height, width]);
}

/**
 * Returns `[·, ·, H, W]` with `result[w] = x[w + by]` for `width` columns. Values from outside are zeros.
 *
 * If the width stays the same, all values are shifted at once, and values that cross a row's edge are masked.
 * A Pad along short rows would take three times as long.
 */
function shiftColumns(tracer: Tracer, name: string, by: number, width: number): string {
  const { recorder } = tracer;
  const shape = recorder.shapeOf(name);
  const [a = 0, b = 0, height = 0, columns = 0] = shape;
  if (width !== columns) return pad(tracer, name, [0, 0, 0, -by, 0, 0, 0, width - columns + by]);
  if (by === 0) return name;
  const values = b * height * width;
  const run = pad(tracer, recorder.reshape(name, [a, values]), [0, -by, 0, by]);
  const inside = Array.from({ length: height * width }, (_, k) => {
    const from = (k % width) + by;
    return from >= 0 && from < width ? 1 : 0;
  });
  const images = [a, b, height * width];
  const mask = recorder.float32(inside, [height * width]);
  return recorder.reshape(recorder.op('Mul', [recorder.reshape(run, images), mask], images), shape);
}

/** Adds zeros before and after each axis; negative numbers crop. */
function pad(tracer: Tracer, name: string, pads: readonly number[]): string {
  if (pads.every((size) => size === 0)) return name;
  const { recorder } = tracer;
  const now = recorder.shapeOf(name);
  const shape = now.map((size, axis) => size + (pads[axis] ?? 0) + (pads[axis + now.length] ?? 0));
  return recorder.op('Pad', [name, recorder.int64(pads), recorder.scalar(0)], shape);
}

/** Takes every `stride`-th pixel of an NHWC image, beginning at `start`: `size` pixels along each axis. */
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
