import * as tf from '@tensorflow/tfjs-core';
import { type RuleCase, SUMS } from '../../../../tests/support/rule-cases.ts';
import { type Values, values } from '../../../../tests/support/trace-and-run.ts';

type Padding = 'same' | 'valid' | number | [[0, 0], [number, number], [number, number], [0, 0]];

/** Geometry of a convolution, full or depthwise: image `[B, H, W, in]`, kernel `[kh, kw, in, out]`. */
export interface Geometry {
  readonly image: readonly [number, number, number, number];
  readonly kernel: readonly [number, number, number, number];
  readonly stride?: number | [number, number];
  readonly pad?: Padding;
  readonly dilation?: number | [number, number];
  readonly round?: 'floor' | 'ceil' | 'round';
}

export const geometries: readonly Geometry[] = [
  { image: [2, 5, 7, 3], kernel: [3, 3, 3, 4] },
  { image: [2, 5, 7, 3], kernel: [3, 3, 3, 4], pad: 'valid' },
  { image: [2, 5, 7, 4], kernel: [1, 1, 4, 2] },
  { image: [1, 6, 6, 2], kernel: [5, 5, 2, 3] },
  { image: [1, 6, 7, 2], kernel: [2, 2, 2, 3] },
  { image: [1, 6, 7, 2], kernel: [2, 4, 2, 3], pad: 'valid' },
  { image: [2, 8, 8, 2], kernel: [3, 3, 2, 3], stride: 2 },
  { image: [2, 7, 9, 2], kernel: [3, 3, 2, 3], stride: 2 },
  { image: [1, 7, 8, 2], kernel: [3, 3, 2, 3], stride: 3, pad: 'valid' },
  { image: [1, 7, 8, 2], kernel: [3, 2, 2, 3], stride: [2, 1] },
  { image: [1, 5, 6, 2], kernel: [1, 1, 2, 3], stride: 2 },
  { image: [1, 6, 6, 2], kernel: [1, 1, 2, 3], stride: 3 },
  {
    image: [1, 8, 8, 2],
    kernel: [3, 3, 2, 3],
    stride: 2,
    pad: [
      [0, 0],
      [0, 1],
      [0, 1],
      [0, 0],
    ],
  },
  {
    image: [1, 5, 5, 2],
    kernel: [3, 3, 2, 3],
    pad: [
      [0, 0],
      [2, 0],
      [1, 0],
      [0, 0],
    ],
  },
  { image: [1, 5, 5, 2], kernel: [3, 3, 2, 3], pad: 1 },
  { image: [1, 5, 5, 2], kernel: [2, 2, 2, 3], pad: 2 }, // the padding is wider than the kernel's reach
  { image: [1, 6, 6, 2], kernel: [3, 3, 2, 3], stride: 2, pad: 0, round: 'ceil' },
  { image: [1, 6, 6, 2], kernel: [3, 3, 2, 3], stride: 2, pad: 1, round: 'floor' },
  { image: [1, 3, 3, 1], kernel: [3, 3, 1, 1], pad: 'valid' },
  // Fewer input or output channels, and padding at the start or the end
  { image: [2, 5, 13, 2], kernel: [3, 3, 2, 4] },
  { image: [2, 5, 13, 4], kernel: [3, 3, 4, 2] },
  { image: [1, 6, 14, 2], kernel: [5, 5, 2, 3] },
  { image: [1, 6, 14, 3], kernel: [2, 2, 3, 2] },
  { image: [1, 6, 15, 3], kernel: [3, 4, 3, 2], pad: 'valid' },
  { image: [1, 6, 15, 2], kernel: [3, 4, 2, 3], pad: 'valid' },
  {
    image: [1, 6, 13, 3],
    kernel: [3, 3, 3, 2],
    pad: [
      [0, 0],
      [2, 0],
      [0, 2],
      [0, 0],
    ],
  },
  {
    image: [1, 6, 13, 2],
    kernel: [3, 3, 2, 3],
    pad: [
      [0, 0],
      [0, 2],
      [2, 0],
      [0, 0],
    ],
  },
  { image: [1, 5, 13, 3], kernel: [2, 2, 3, 2], pad: 2 },
  { image: [1, 5, 13, 2], kernel: [2, 2, 2, 3], pad: 2 },
  {
    image: [1, 3, 14, 2],
    kernel: [9, 1, 2, 3],
    pad: [
      [0, 0],
      [3, 3],
      [0, 0],
      [0, 0],
    ],
  },
  { image: [2, 4, 13, 3], kernel: [1, 1, 3, 2] },
];

/**
 * Large images, whose filter gradients are computed one image at a time: all kinds of padding at stride 1.
 */
export const large: readonly Geometry[] = geometries
  .filter(({ stride = 1 }) => stride === 1)
  .map(({ image: [batch, height, width, channels], ...rest }) => ({
    ...rest,
    image: [batch, 16 + height, 16 + width, channels],
  }));

export const dilated: readonly Geometry[] = [
  { image: [1, 7, 8, 2], kernel: [3, 3, 2, 3], dilation: 2 },
  { image: [1, 7, 8, 2], kernel: [3, 2, 2, 3], dilation: [1, 3], pad: 'valid' },
];

export const describeGeometry = ({
  image,
  kernel,
  stride = 1,
  pad = 'same',
  dilation = 1,
  round,
}: Geometry): string =>
  `[${image}] by [${kernel}], stride ${stride}, pad ${JSON.stringify(pad)}, dilation ${dilation}${round ? `, ${round}` : ''}`;

/** Sizes of a convolution, as computed by tfjs. */
export function infoOf(
  { image, kernel, stride = 1, pad = 'same', dilation = 1, round }: Geometry,
  depthwise: boolean,
): ReturnType<typeof tf.backend_util.computeConv2DInfo> {
  return tf.backend_util.computeConv2DInfo(
    [...image],
    [...kernel],
    stride,
    dilation,
    pad as 'same',
    round,
    depthwise,
  );
}

/** Shape of the result, `[B, H', W', C']`. */
export const outShape = (geometry: Geometry, depthwise = false): number[] =>
  infoOf(geometry, depthwise).outShape;

/** Runs a tfjs kernel with two operands. */
export const kernelOf =
  (kernel: string, [first, second]: readonly [string, string], attrs: tf.NamedAttrMap) =>
  (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
    tf.engine().runKernel(kernel, { [first]: a, [second]: b }, attrs);

/** An image and a kernel. */
export const inputsOf = ({ image, kernel }: Geometry): Values[] => [values(image, 1), values(kernel, 2)];

/** One case for each geometry. */
export const eachGeometry = (
  list: readonly Geometry[],
  make: (geometry: Geometry) => Omit<RuleCase, 'what' | 'tolerance'>,
): RuleCase[] =>
  list.map((geometry) => ({ what: describeGeometry(geometry), tolerance: SUMS, ...make(geometry) }));
