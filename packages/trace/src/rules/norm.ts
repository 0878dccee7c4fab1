import { attr } from '@isonoise/onnx';
import type { GroupNormAttrs } from '@isonoise/ops';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { NCHW, permute } from '../layout.ts';

import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';
import type { Kernel, RuleTable } from './rule.ts';
import { binary, unary } from './value-by-value.ts';

/** A normalized image. Letters: N images, C channels, G groups, P pixels, M = C/G · P values per group. */
interface Normalized {
  /** (x − mean) / √(variance + ε), `[N, G, M]`. */
  readonly xHat: string;
  /** 1 / √(variance + ε), `[N, G, 1]`. */
  readonly inverseDeviation: string;
}

/**
 * Normalizes without scale and shift. Over `[N, G, M]`, this is a LayerNormalization along the last axis with a scale of
 * ones, in one pass over memory. The op also returns the inverse deviation, which the gradient needs.
 */
function normalize(tracer: Tracer, x: TracedValue, groups: number, epsilon: number): Normalized {
  const { recorder } = tracer;
  const [n = 0, height = 0, width = 0, channels = 0] = x.shape;
  const values = (channels / groups) * height * width;
  const grouped = recorder.reshape(tracer.inOrder(x, NCHW), [n, groups, values]);
  const ones = recorder.float32(new Float32Array(values).fill(1), [values]);
  const [xHat, , inverseDeviation] = recorder.ops(
    'LayerNormalization',
    [grouped, ones],
    [
      [n, groups, values],
      [n, groups, 1],
      [n, groups, 1],
    ],
    { axis: attr.int(-1), epsilon: attr.float(epsilon) },
  ) as [string, string, string];
  return { xHat, inverseDeviation };
}

function groupNormGradient(
  tracer: Tracer,
  x: TracedValue,
  gamma: TracedValue,
  dy: TracedValue,
  groups: number,
  epsilon: number,
): TracedValue[] {
  const { recorder } = tracer;
  const [n = 0, height = 0, width = 0, channels = 0] = x.shape;
  const pixels = height * width;
  const { xHat, inverseDeviation } = normalize(tracer, x, groups, epsilon);
  const perChannel = (name: string): string => recorder.reshape(name, [n, channels, pixels]);
  const gradient = perChannel(tracer.inOrder(dy, NCHW));
  const sumPixels = (name: string): string =>
    recorder.op('ReduceSum', [name, recorder.int64([2])], [n, channels], { keepdims: attr.int(0) });
  const multiply = (a: string, b: string, shape: readonly number[]): string =>
    recorder.op('Mul', [a, b], shape);

  // 1. dbeta = Σ dy and dgamma = Σ dy·x̂, over pixels here and over images below
  const sums = sumPixels(gradient); // [N, C]
  const products = sumPixels(multiply(gradient, perChannel(xHat), [n, channels, pixels])); // [N, C]
  const overImages = (name: string): TracedValue =>
    tracer.computed(
      [channels],
      'float32',
      recorder.op('ReduceSum', [name, recorder.int64([0])], [channels], { keepdims: attr.int(0) }),
    );

  // 2. means over each group of gamma·dy and of gamma·dy·x̂
  const scale = tracer.plain(gamma);
  const share = recorder.scalar(groups / (channels * pixels));
  const mean = (name: string): string => {
    const scaled = recorder.reshape(multiply(name, scale, [n, channels]), [n, groups, channels / groups]);
    const sum = recorder.op('ReduceSum', [scaled, recorder.int64([2])], [n, groups, 1], {
      keepdims: attr.int(1),
    });
    return multiply(multiply(sum, share, [n, groups, 1]), inverseDeviation, [n, groups, 1]);
  };

  // 3. dx = (gamma·dy − mean(gamma·dy) − x̂·mean(gamma·dy·x̂)) / √(variance + ε). Factors with one value per channel or
  // group are combined first, so that only four passes run over all pixels.
  const slope = recorder.reshape(
    multiply(recorder.reshape(scale, [groups, channels / groups]), inverseDeviation, [
      n,
      groups,
      channels / groups,
    ]),
    [n, channels, 1],
  );
  const direct = recorder.reshape(multiply(gradient, slope, [n, channels, pixels]), recorder.shapeOf(xHat));
  const along = multiply(xHat, mean(products), recorder.shapeOf(xHat));
  const indirect = recorder.op('Add', [along, mean(sums)], recorder.shapeOf(xHat));
  const dx = recorder.op('Sub', [direct, indirect], recorder.shapeOf(xHat));
  return [
    tracer.computed(x.shape, 'float32', recorder.reshape(dx, permute(x.shape, NCHW)), NCHW),
    overImages(products),
    overImages(sums),
  ];
}

type Inputs<Names extends string> = Readonly<Record<Names, TensorInfo>>;

export interface NormKernels {
  IsonoiseGroupNorm: Kernel<Inputs<'x' | 'gamma' | 'beta'>, GroupNormAttrs>;
  IsonoiseGroupNormGrad: Kernel<Inputs<'x' | 'gamma' | 'dy'>, GroupNormAttrs, TracedValue[]>;
  IsonoiseSilu: Kernel<Inputs<'x'>>;
  IsonoiseSiluGrad: Kernel<Inputs<'x' | 'dy'>>;
}

/** Group normalization and SiLU, the kernels of `@isonoise/ops`. */
export const normRules: RuleTable<NormKernels> = {
  IsonoiseGroupNorm: (tracer, inputs, { groups, epsilon }) => {
    const x = inputs.x;
    const { xHat } = normalize(tracer, x, groups, epsilon);
    const image = tracer.recorder.reshape(xHat, permute(x.shape, NCHW));
    const normalized = tracer.computed(x.shape, 'float32', image, NCHW);
    return binary(tracer, 'Add', binary(tracer, 'Mul', normalized, inputs.gamma), inputs.beta);
  },
  IsonoiseGroupNormGrad: (tracer, inputs, { groups, epsilon }) =>
    groupNormGradient(tracer, inputs.x, inputs.gamma, inputs.dy, groups, epsilon),
  IsonoiseSilu: (tracer, inputs) => {
    const x = inputs.x;
    return binary(tracer, 'Mul', x, unary(tracer, 'Sigmoid', x));
  },
  IsonoiseSiluGrad: (tracer, inputs) => {
    // With s = sigmoid(x) and y = x·s from the forward pass: dx = dy·(y + s·(1 − y))
    const x = inputs.x;
    const s = unary(tracer, 'Sigmoid', x);
    const y = binary(tracer, 'Mul', x, s);
    const one = tracer.fill(1, [], 'float32');
    const slope = binary(tracer, 'Add', y, binary(tracer, 'Mul', s, binary(tracer, 'Sub', one, y)));
    return binary(tracer, 'Mul', inputs.dy, slope);
  },
};
