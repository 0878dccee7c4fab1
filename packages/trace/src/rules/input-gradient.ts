import { attr } from '@isonoise/onnx';
import { IOHW, NCHW, OIHW, permute } from '../layout.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import { type ConvInfo, convAttributes, padsOf, reach } from './conv-info.ts';

/**
 * Writes dx of y = conv(x, w). At stride 1, dx is a convolution of dy with the kernel turned by 180° and its channels
 * swapped, which is faster than ConvTranspose. At larger strides, and if a padding is at least as wide as the
 * kernel, dx is computed by ConvTranspose.
 */
export function inputGradient(
  tracer: Tracer,
  dy: TracedValue,
  filter: TracedValue,
  info: ConvInfo,
): TracedValue {
  const pads = turnedPads(info);
  if (pads === undefined) return spread(tracer, dy, tracer.inOrder(filter, OIHW), info, 1);
  const { recorder } = tracer;
  const turned = turn180(tracer, tracer.inOrder(filter, IOHW)); // [in, out, kh, kw]
  if (tracer.hasOrder(filter, OIHW)) recorder.turnedFilters.set(turned, tracer.inOrder(filter, OIHW));
  const dx = recorder.op('Conv', [tracer.inOrder(dy, NCHW), turned], permute(info.inShape, NCHW), {
    strides: attr.ints([1, 1]),
    pads: attr.ints(pads),
  });
  return tracer.computed(info.inShape, 'float32', dx, NCHW);
}

/** Padding of the convolution with the turned kernel; undefined if a stride exceeds 1 or a pad is negative. */
function turnedPads(info: ConvInfo): number[] | undefined {
  const { strideHeight, strideWidth, effectiveFilterHeight: kh, effectiveFilterWidth: kw } = info;
  const [top, left, bottom, right] = padsOf(info);
  const pads = [kh - 1 - top, kw - 1 - left, kh - 1 - bottom, kw - 1 - right];
  return strideHeight === 1 && strideWidth === 1 && pads.every((pad) => pad >= 0) ? pads : undefined;
}

/**
 * Writes a ConvTranspose, which distributes each value of dy over the pixels of its window.
 *
 * @param weights name of the filter in Conv's shape, `[out, in / groups, kh, kw]`
 */
export function spread(
  tracer: Tracer,
  dy: TracedValue,
  weights: string,
  info: ConvInfo,
  groups: number,
): TracedValue {
  const { inShape, strideHeight: sh, strideWidth: sw } = info;
  const [top, left, bottom, right] = padsOf(info);
  // Rows and columns outside all windows have a gradient of zero. output_padding adds them.
  const rows = info.inHeight + top + bottom - reach(info.outHeight, sh, info.effectiveFilterHeight);
  const columns = info.inWidth + left + right - reach(info.outWidth, sw, info.effectiveFilterWidth);
  const name = tracer.recorder.op(
    'ConvTranspose',
    [tracer.inOrder(dy, NCHW), weights],
    permute(inShape, NCHW),
    { ...convAttributes(info, groups), output_padding: attr.ints([rows, columns]) },
  );
  return tracer.computed(inShape, 'float32', name, NCHW);
}

/** Reverses the last two axes of `[a, b, kh, kw]`. */
function turn180({ recorder }: Tracer, name: string): string {
  const shape = recorder.shapeOf(name);
  const [a = 0, b = 0, kh = 0, kw = 0] = shape;
  return recorder.reshape(recorder.reverse(recorder.reshape(name, [a, b, kh * kw]), 2), shape);
}
