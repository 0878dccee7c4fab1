import { plural } from '@isonoise/error';
import { agree, type KnownShape, mismatch, type ShapeCall, type Size, show } from './shape-call.ts';
import type { ShapeRule } from './shape-rule.ts';

/** Geometry of windows along an axis of pixels. */
interface Window {
  /** Number of pixels from the first to the last pixel of a window. */
  readonly reach: number;
  readonly stride: number;
  /** Total padding, before and after. */
  readonly padding: number;
}

/** Returns the windows along each axis; undefined if the runtime chooses the padding, or if a size is unknown. */
function windows(call: ShapeCall, kernel: readonly Size[]): Window[] | undefined {
  const axes = kernel.length;
  if (call.string('auto_pad', 'NOTSET') !== 'NOTSET') return undefined;
  const list = (name: string, length: number, otherwise: number): readonly number[] => {
    const given = call.ints(name) ?? Array<number>(length).fill(otherwise);
    return given.length === length
      ? given
      : mismatch(
          `${name} [${given}] for ${plural(axes, 'axis', 'axes')} of pixels`,
          plural(length, 'number'),
        );
  };
  const [strides, dilations, pads] = [
    list('strides', axes, 1),
    list('dilations', axes, 1),
    list('pads', 2 * axes, 0),
  ];
  const found = kernel.flatMap((size, axis): Window[] =>
    size === null
      ? []
      : [
          {
            reach: (size - 1) * (dilations[axis] ?? 1) + 1,
            stride: strides[axis] ?? 1,
            padding: (pads[axis] ?? 0) + (pads[axis + axes] ?? 0),
          },
        ],
  );
  return found.length === axes ? found : undefined;
}

/**
 * Returns the kernel sizes of a filter, `[out, in/group, …]` (Conv) or `[in, out/group, …]`
 * (ConvTranspose), after checking it.
 */
function kernelOf(call: ShapeCall, channels: (filter: KnownShape, group: number) => Size): KnownShape {
  const [image, filter] = [call.shape(0), call.shape(1)];
  if (image.length < 3 || filter.length !== image.length) {
    mismatch(
      `an image of shape ${show(image)} and a filter of ${show(filter)}`,
      'images, channels and pixels in both',
    );
  }
  if (!agree(image[1], channels(filter, call.int('group', 1)))) {
    mismatch(
      `an image of shape ${show(image)} and a filter of ${show(filter)}`,
      'the channels of the filter',
    );
  }
  const kernel = filter.slice(2);
  const stated = call.ints('kernel_shape');
  if (stated !== undefined && !kernel.every((size, axis) => agree(size, stated[axis]))) {
    mismatch(`kernel_shape [${stated}] and a filter of ${show(filter)}`, 'the same sizes');
  }
  return kernel;
}

function requireBias(call: ShapeCall, channels: Size): void {
  const bias = call.shapes[2];
  if (bias === undefined || (bias.length === 1 && agree(bias[0], channels))) return;
  mismatch(`a bias of shape ${show(bias)}`, `one value for each of ${channels ?? 'the'} channels`);
}

/** Returns the number of windows along an axis. */
function windowCount(size: Size, { reach, stride, padding }: Window, round: (x: number) => number): Size {
  if (size === null) return null;
  const number = round((size + padding - reach) / stride) + 1;
  return number >= 0
    ? number
    : mismatch(`windows of ${reach} over ${plural(size + padding, 'pixel')}`, 'windows that fit');
}

const convolution: ShapeRule = (call) => {
  const filter = call.shape(1);
  const kernel = kernelOf(call, ([, into = null], group) => (into === null ? null : into * group));
  const channels = filter[0] ?? null;
  if (channels !== null && channels % call.int('group', 1) !== 0) {
    mismatch(`${plural(channels, 'channel')} in ${plural(call.int('group', 1), 'group')}`, 'equal groups');
  }
  requireBias(call, channels);
  const [images = null, , ...pixels] = call.shape(0);
  const found = windows(call, kernel);
  const sizes = pixels.map((size, axis): Size => {
    const window = found?.[axis];
    return window === undefined ? null : windowCount(size, window, Math.floor);
  });
  return [[images, channels, ...sizes]];
};

const transposed: ShapeRule = (call) => {
  const filter = call.shape(1);
  const kernel = kernelOf(call, ([into = null]) => into);
  const channels = filter[1] === undefined || filter[1] === null ? null : filter[1] * call.int('group', 1);
  requireBias(call, channels);
  const [images = null, , ...pixels] = call.shape(0);
  const found = call.ints('output_shape') === undefined ? windows(call, kernel) : undefined;
  const extra = call.ints('output_padding');
  const sizes = pixels.map((size, axis): Size => {
    const window = found?.[axis];
    if (window === undefined || size === null) return null;
    return window.stride * (size - 1) + window.reach - window.padding + (extra?.[axis] ?? 0);
  });
  return [[images, channels, ...sizes]];
};

const pooling: ShapeRule = (call) => {
  const x = call.shape(0);
  const [images = null, channels = null, ...pixels] = x;
  const kernel = call.ints('kernel_shape') ?? [];
  if (kernel.length !== pixels.length)
    mismatch(`kernel_shape [${kernel}] for an image of shape ${show(x)}`, `${pixels.length} sizes`);
  const found = windows(call, kernel);
  const round = call.int('ceil_mode', 0) === 0 ? Math.floor : Math.ceil;
  const sizes = pixels.map((size, axis): Size => {
    const window = found?.[axis];
    return window === undefined ? null : windowCount(size, window, round);
  });
  const shape = [images, channels, ...sizes];
  return [shape, shape].slice(0, call.outputCount);
};

const unpooling: ShapeRule = (call) => {
  const [x, indices] = [call.shape(0), call.shape(1)];
  if (x.length !== indices.length || !x.every((size, axis) => agree(size, indices[axis]))) {
    mismatch(`values of shape ${show(x)} and indices of ${show(indices)}`, 'an index for each value');
  }
  return [call.has(2) ? call.values(2) : undefined];
};

const resize: ShapeRule = (call) => {
  const x = call.shape(0);
  const [scales, sizes] = [call.values(2), call.values(3)];
  const factors = call.has(2) && call.shape(2)[0] !== 0 ? scales : undefined;
  const given = factors ?? sizes;
  if (given === undefined) return undefined;
  if (given.length !== x.length)
    mismatch(`${given.length} sizes for an image of shape ${show(x)}`, `${x.length}`);
  if (factors === undefined) return [given];
  return [x.map((size, axis) => (size === null ? null : Math.floor(size * (factors[axis] ?? 1))))];
};

/** Shape rules for operators over windows of pixels, and for resampling. */
export const windowShapes: Readonly<Record<string, ShapeRule>> = {
  AveragePool: pooling,
  Conv: convolution,
  ConvTranspose: transposed,
  GlobalAveragePool: (call) => [call.shape(0).map((size, axis) => (axis < 2 ? size : 1))],
  MaxPool: pooling,
  MaxUnpool: unpooling,
  Resize: resize,
};
