import * as tf from '@tensorflow/tfjs-core';
import { type RuleCase, type RuleCases, SUMS } from '../../../../tests/support/rule-cases.ts';
import { type Values, values } from '../../../../tests/support/trace-and-run.ts';

type Padding = 'same' | 'valid' | number | [[0, 0], [number, number], [number, number], [0, 0]];

/** One convolution: image `[B, H, W, in]`, kernel `[kh, kw, in, out]`. */
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
  { image: [1, 5, 5, 2], kernel: [2, 2, 2, 3], pad: 2 }, // wider than the kernel's reach
  { image: [1, 6, 6, 2], kernel: [3, 3, 2, 3], stride: 2, pad: 0, round: 'ceil' },
  { image: [1, 6, 6, 2], kernel: [3, 3, 2, 3], stride: 2, pad: 1, round: 'floor' },
  { image: [1, 3, 3, 1], kernel: [3, 3, 1, 1], pad: 'valid' },
  // Wide enough that the filter gradient lays its matrices the other way, with fewer channels on either side.
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

const dilated: readonly Geometry[] = [
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

/** A named convolution as tfjs takes it. */
function convolve(x: tf.Tensor, filter: tf.Tensor, geometry: Geometry): tf.Tensor4D {
  const { stride = 1, pad = 'same', dilation = 1, round } = geometry;
  return tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, pad, 'NHWC', dilation, round);
}

export function outShape(geometry: Geometry): number[] {
  const { image, kernel, stride = 1, pad = 'same', dilation = 1, round } = geometry;
  return tf.backend_util.computeConv2DInfo([...image], [...kernel], stride, dilation, pad as 'same', round)
    .outShape;
}

const inputsOf = ({ image, kernel }: Geometry): Values[] => [values(image, 1), values(kernel, 2)];

/** What tfjs passes to the kernels of gradients. */
const gradientAttrs = ({ stride = 1, pad = 'same', round }: Geometry): tf.NamedAttrMap => ({
  strides: stride,
  pad,
  dataFormat: 'NHWC',
  ...(round === undefined ? {} : { dimRoundingMode: round }),
});

export const inputGradientOf =
  (geometry: Geometry) =>
  (dy: tf.Tensor, filter: tf.Tensor): tf.Tensor =>
    tf
      .engine()
      .runKernel(
        tf.Conv2DBackpropInput,
        { dy, filter },
        { ...gradientAttrs(geometry), inputShape: [...geometry.image] },
      );

export const filterGradientOf =
  (geometry: Geometry) =>
  (x: tf.Tensor, dy: tf.Tensor): tf.Tensor =>
    tf
      .engine()
      .runKernel(
        tf.Conv2DBackpropFilter,
        { x, dy },
        { ...gradientAttrs(geometry), filterShape: [...geometry.kernel] },
      );

const each = (
  list: readonly Geometry[],
  make: (geometry: Geometry) => Omit<RuleCase, 'what' | 'tolerance'>,
): RuleCase[] =>
  list.map((geometry) => ({ what: describeGeometry(geometry), tolerance: SUMS, ...make(geometry) }));

const depthwise: readonly Geometry[] = [
  { image: [2, 5, 7, 3], kernel: [3, 3, 3, 1] },
  { image: [2, 5, 7, 3], kernel: [3, 3, 3, 2], pad: 'valid' },
  { image: [1, 8, 8, 2], kernel: [3, 3, 2, 1], stride: 2 },
  { image: [1, 7, 7, 2], kernel: [2, 2, 2, 3], stride: 3 },
  { image: [1, 7, 7, 1], kernel: [3, 3, 1, 1], pad: 1 },
];

const dilatedDepthwise: readonly Geometry[] = [{ image: [1, 7, 8, 2], kernel: [3, 3, 2, 2], dilation: 2 }];

const depthwiseConv =
  (geometry: Geometry) =>
  (x: tf.Tensor, filter: tf.Tensor): tf.Tensor => {
    const { stride = 1, pad = 'same', dilation = 1 } = geometry;
    return tf.depthwiseConv2d(
      x as tf.Tensor4D,
      filter as tf.Tensor4D,
      stride,
      pad as 'same',
      'NHWC',
      dilation,
    );
  };

function depthwiseOutShape({ image, kernel, stride = 1, pad = 'same', dilation = 1 }: Geometry): number[] {
  return tf.backend_util.computeConv2DInfo(
    [...image],
    [...kernel],
    stride,
    dilation,
    pad as 'same',
    undefined,
    true,
  ).outShape;
}

const depthwiseAttrs = ({ stride = 1, pad = 'same', dilation = 1 }: Geometry): tf.NamedAttrMap => ({
  strides: stride,
  pad: pad as string,
  dilations: dilation,
});

export const convCases: RuleCases = {
  [tf.Conv2D]: [
    ...each([...geometries, ...dilated], (geometry) => ({
      run: (x: tf.Tensor, filter: tf.Tensor) => convolve(x, filter, geometry),
      inputs: inputsOf(geometry),
    })),
    {
      what: 'of a convolution',
      run: (x: tf.Tensor, a: tf.Tensor, b: tf.Tensor) =>
        convolve(tf.relu(convolve(x, a, { image: [1, 1, 1, 1], kernel: [1, 1, 1, 1] })), b, {
          image: [1, 1, 1, 1],
          kernel: [1, 1, 1, 1],
          stride: 2,
        }),
      inputs: [values([2, 5, 7, 3]), values([3, 3, 3, 4], 2), values([3, 3, 4, 2], 3)],
      tolerance: SUMS,
    },
    {
      what: 'of channels-first input, as a network in PyTorch has it',
      run: (x: tf.Tensor, filter: tf.Tensor) =>
        tf.transpose(
          tf.conv2d(
            tf.transpose(x as tf.Tensor4D, [0, 2, 3, 1]),
            tf.transpose(filter as tf.Tensor4D, [2, 3, 1, 0]),
            1,
            'same',
          ),
          [0, 3, 1, 2],
        ),
      inputs: [values([2, 3, 5, 7]), values([4, 3, 3, 3], 2)],
      tolerance: SUMS,
    },
    {
      what: 'with zeros padded on first',
      run: (x: tf.Tensor, filter: tf.Tensor) =>
        tf.conv2d(
          tf.pad(x as tf.Tensor4D, [
            [0, 0],
            [0, 1],
            [0, 1],
            [0, 0],
          ]),
          filter as tf.Tensor4D,
          2,
          'valid',
        ),
      inputs: [values([1, 6, 6, 2]), values([3, 3, 2, 3], 2)],
      tolerance: SUMS,
    },
    {
      what: 'with ones padded on first',
      run: (x: tf.Tensor, filter: tf.Tensor) =>
        tf.conv2d(
          tf.pad(
            x as tf.Tensor4D,
            [
              [0, 0],
              [0, 1],
              [0, 1],
              [0, 0],
            ],
            1,
          ),
          filter as tf.Tensor4D,
          2,
          'valid',
        ),
      inputs: [values([1, 6, 6, 2]), values([3, 3, 2, 3], 2)],
      tolerance: SUMS,
    },
  ],
  [tf.Conv2DBackpropInput]: each(geometries, (geometry) => ({
    run: inputGradientOf(geometry),
    inputs: [values(outShape(geometry), 3), values(geometry.kernel, 2)],
  })),
  [tf.Conv2DBackpropFilter]: each(geometries, (geometry) => ({
    run: filterGradientOf(geometry),
    inputs: [values(geometry.image, 1), values(outShape(geometry), 3)],
  })),
  [tf.DepthwiseConv2dNative]: each([...depthwise, ...dilatedDepthwise], (geometry) => ({
    run: depthwiseConv(geometry),
    inputs: inputsOf(geometry),
  })),
};

export const depthwiseGradientCases: RuleCases = {
  // tfjs's cpu backend ignores the dilation in both: finite differences speak for it, in gradients.test.ts.
  [tf.DepthwiseConv2dNativeBackpropInput]: each(depthwise, (geometry) => ({
    run: (dy: tf.Tensor, filter: tf.Tensor) =>
      tf
        .engine()
        .runKernel(
          tf.DepthwiseConv2dNativeBackpropInput,
          { dy, filter },
          { ...depthwiseAttrs(geometry), inputShape: [...geometry.image] },
        ),
    inputs: [values(depthwiseOutShape(geometry), 3), values(geometry.kernel, 2)],
  })),
  [tf.DepthwiseConv2dNativeBackpropFilter]: each(depthwise, (geometry) => ({
    run: (x: tf.Tensor, dy: tf.Tensor) =>
      tf
        .engine()
        .runKernel(
          tf.DepthwiseConv2dNativeBackpropFilter,
          { x, dy },
          { ...depthwiseAttrs(geometry), filterShape: [...geometry.kernel] },
        ),
    inputs: [values(geometry.image, 1), values(depthwiseOutShape(geometry), 3)],
  })),
};
