import { attr } from '@isonoise/onnx';
import { HWOI, identityOrder, type Order, permute } from '../layout.ts';

import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { type ConvInfo, padsOf } from './conv-info.ts';

/** Which way the matrices of a filter gradient lie, and whether they are multiplied one by one. */
export type FilterGradientLayout = 'pixelRows' | 'channelRows' | 'stackedRows';

/**
 * dw of y = conv(x, w), `[kh, kw, in, out]`.
 *
 * For each place (i, j) of the kernel, dw[i, j] is the product of x, shifted by (i, j), with dy over all pixels of all
 * images: one Gemm with K = B·H·W. Written so, it runs over twice as fast as the same sum written as one Conv. The
 * shifted copies are what it costs. It is made as `[kh, kw, out, in]`, from where weights in PyTorch's order are one
 * axis away.
 *
 * @param layout `channelRows` at stride 1 only, `stackedRows` there and with no fewer channels out than in
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
      : recorder.op('Concat', taps, [taps.length * info.outChannels, info.inChannels], { axis: attr.int(0) });
  return tracer.computed(shape, 'float32', recorder.reshape(stacked, permute(shape, HWOI)), HWOI);
}

/**
 * The fastest layout for a convolution. Rows of channels, which stride 1 alone allows, take four shifted copies for a
 * 3×3 kernel where rows of pixels take nine. To stack what is shifted by rows is one more copy and makes three products
 * of nine, which read each matrix once: worth it where the stacked operand is not much the larger one. `pnpm bench
 * filter-gradient` measures the three.
 */
export function filterGradientLayout(info: ConvInfo): FilterGradientLayout {
  const { strideHeight, strideWidth, filterHeight, inChannels, outChannels } = info;
  if (strideHeight !== 1 || strideWidth !== 1) return 'pixelRows';
  const alike = inChannels <= outChannels && outChannels <= 2 * inChannels;
  return alike && filterHeight > 1 ? 'stackedRows' : 'channelRows';
}

/** One product `[out, in]` for each place of the kernel, row by row. */
type Taps = (tracer: Tracer, x: TracedValue, dy: TracedValue, info: ConvInfo) => string[];

const TAPS: Readonly<Record<FilterGradientLayout, Taps>> = {
  pixelRows: tapsOfPixelRows,
  channelRows: tapsOfChannelRows,
  stackedRows: tapsOfStackedRows,
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
    return recorder.op('Gemm', [gradient, columns], [outChannels, inChannels], { transA: attr.int(1) });
  });
}

/** Operands as `[C, B, H, W]`, shifted: for place (i, j) of the kernel the one by column j, the other by row i. */
interface Shifted {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
  /** x is shifted by columns and dy by rows; else the other way round. */
  readonly byColumns: boolean;
}

/**
 * A shift of x by (i, j) is shared out, at stride 1: the operand with fewer channels is shifted by columns, the other one
 * back by rows, with zeros for what comes in from outside. So a 3×3 kernel takes two copies of each, because in the
 * middle of `same` padding nothing moves.
 */
function shifted(tracer: Tracer, x: TracedValue, dy: TracedValue, info: ConvInfo): Shifted {
  const [top, left] = padsOf(info);
  // y[h, w] meets x[h + i − top, w + j − left]
  const image = planes(tracer, x);
  const gradient = planes(tracer, dy);
  const byColumns = info.inChannels <= info.outChannels;
  const columns = Array.from({ length: info.filterWidth }, (_, j) =>
    byColumns
      ? shiftColumns(tracer, image, j - left, info.outWidth)
      : shiftColumns(tracer, gradient, left - j, info.inWidth),
  );
  const rows = Array.from({ length: info.filterHeight }, (_, i) =>
    byColumns
      ? shiftRows(tracer, gradient, top - i, info.inHeight)
      : shiftRows(tracer, image, i - top, info.outHeight),
  );
  return { columns, rows, byColumns };
}

/** Rows of channels: both operands as matrices `[C, B·H·W]`. Stride 1. Nine products read the same six matrices. */
function tapsOfChannelRows(tracer: Tracer, x: TracedValue, dy: TracedValue, info: ConvInfo): string[] {
  const { columns, rows, byColumns } = shifted(tracer, x, dy, info);
  return places(info.filterHeight, info.filterWidth).map(([i, j]) => {
    const [ofX, ofDy] = byColumns ? [columns[j], rows[i]] : [rows[i], columns[j]];
    return product(tracer, matrixOf(tracer, ofDy as string), matrixOf(tracer, ofX as string));
  });
}

/**
 * Rows of channels, with dy shifted by each row of the kernel in one matrix `[kh·out, B·H·W]`: one product for each
 * column, which holds the places of all its rows. Stride 1, and no fewer channels out than in.
 */
function tapsOfStackedRows(tracer: Tracer, x: TracedValue, dy: TracedValue, info: ConvInfo): string[] {
  const { recorder } = tracer;
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  const { columns, rows } = shifted(tracer, x, dy, info);
  const matrices = rows.map((name) => matrixOf(tracer, name));
  const [, values = 0] = recorder.shapeOf(matrices[0] ?? '');
  const stack = recorder.op('Concat', matrices, [filterHeight * outChannels, values], { axis: attr.int(0) });
  const size = outChannels * inChannels;
  const perColumn = columns.map((name) =>
    recorder.reshape(product(tracer, stack, matrixOf(tracer, name)), [filterHeight, size]),
  );
  return [recorder.op('Concat', perColumn, [filterHeight, filterWidth * size], { axis: attr.int(1) })];
}

/** `[a, K] · [b, K]ᵀ`. */
function product({ recorder }: Tracer, left: string, right: string): string {
  const shape = [left, right].map((name) => recorder.shapeOf(name)[0] ?? 0);
  return recorder.op('Gemm', [left, right], shape, { transB: attr.int(1) });
}

/** Channels first, then images. */
const CNHW: Order = [3, 0, 1, 2];

const planes = (tracer: Tracer, x: TracedValue): string => tracer.inOrder(x, CNHW);

/** `[C, B, H, W] -> [C, B·H·W]`. */
function matrixOf({ recorder }: Tracer, name: string): string {
  const [channels = 0] = recorder.shapeOf(name);
  return recorder.reshape(name, [channels, recorder.sizeOf(name) / channels]);
}

/** `[C, B, H, W]` with `result[h] = x[h + by]` for `height` rows, zeros from outside: one run of values an image. */
function shiftRows(tracer: Tracer, name: string, by: number, height: number): string {
  const { recorder } = tracer;
  const [channels = 0, batch = 0, rows = 0, width = 0] = recorder.shapeOf(name);
  const images = recorder.reshape(name, [channels, batch, rows * width]);
  const pads = [0, 0, -by * width, 0, 0, (height - rows + by) * width];
  return recorder.reshape(pad(tracer, images, pads), [channels, batch, height, width]);
}

/**
 * `[C, B, H, W]` with `result[w] = x[w + by]` for `width` columns, zeros from outside.
 *
 * Where the width stays, it is one shift of all values and a mask over what came round the edge: Pad along rows of a
 * few values takes three times as long.
 */
function shiftColumns(tracer: Tracer, name: string, by: number, width: number): string {
  const { recorder } = tracer;
  const shape = recorder.shapeOf(name);
  const [channels = 0, batch = 0, height = 0, columns = 0] = shape;
  if (width !== columns) return pad(tracer, name, [0, 0, 0, -by, 0, 0, 0, width - columns + by]);
  if (by === 0) return name;
  const values = batch * height * width;
  const run = pad(tracer, recorder.reshape(name, [channels, values]), [0, -by, 0, by]);
  const inside = Array.from({ length: height * width }, (_, k) => {
    const from = (k % width) + by;
    return from >= 0 && from < width ? 1 : 0;
  });
  const images = [channels, batch, height * width];
  const mask = recorder.float32(inside, [height * width]);
  return recorder.reshape(recorder.op('Mul', [recorder.reshape(run, images), mask], images), shape);
}

/** Zeros before and after each axis; where a number is negative, as much is cut off. */
function pad(tracer: Tracer, name: string, pads: readonly number[]): string {
  if (pads.every((size) => size === 0)) return name;
  const { recorder } = tracer;
  const now = recorder.shapeOf(name);
  const shape = now.map((size, axis) => size + (pads[axis] ?? 0) + (pads[axis + now.length] ?? 0));
  return recorder.op('Pad', [name, recorder.int64(pads), recorder.scalar(0)], shape);
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
