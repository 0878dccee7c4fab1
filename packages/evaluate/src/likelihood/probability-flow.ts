import { fillBernoulli, fillUniforms } from '@isonoise/random';
import { predictionCoefficients } from '@isonoise/sampler';
import type { Level } from '@isonoise/schedule';
import {
  type CallOptions,
  callNetwork,
  imageSize,
  type LikelihoodImages,
  pickConditions,
} from './call-network.ts';
import { HALF_BYTE } from './discretized-gaussian.ts';
import { type FlowGridOptions, type FlowNode, flowGrid } from './flow-grid.ts';

export interface FlowOptions extends CallOptions, FlowGridOptions {
  /** Seed of the dequantisation and of the random directions. */
  readonly seed: number | bigint;
  /** Length of the finite differences as a share of σ. Default {@link PROBE}. */
  readonly probe?: number | undefined;
}

/**
 * Default length of the finite differences as a share of σ. The network's output changes over distances of about σ,
 * so a difference has a relative error of about PROBE² / 6. Rounding to float32 adds less.
 */
const PROBE = 0.01;

/** Returns the number of network calls for each image. Each step has two stages with two calls each. */
export function flowCalls(options: FlowGridOptions): number {
  return 4 * (flowGrid(options).length - 1);
}

/**
 * Estimates −log₂ p(x_0) of images in bits per dimension by the probability-flow ODE. Uniform dequantisation converts
 * bytes to numbers, so that the result is an upper bound on average. The divergence is estimated at each stage with
 * one random direction of ±1 (Hutchinson) and central differences, because a graph does not provide gradients. Except
 * for the error of the differences, the estimate is unbiased.
 *
 * @returns bits per dimension of each image, `[B]`
 * @throws `EVALUATE_SHAPE`, `EVALUATE_NON_FINITE`, `SAMPLER_OUTPUT`; errors of the network; the signal's reason if
 *   aborted
 *
 * Source: Song et al. 2021, arXiv 2011.13456, section 4.3 and appendix D.2.
 */
export async function flowBits(images: LikelihoodImages, options: FlowOptions): Promise<Float64Array> {
  const { seed } = options;
  const { numbers } = images;
  const size = imageSize(images);
  const nodes = flowGrid(options);
  const [first, last] = [nodes[0] as FlowNode, nodes.at(-1) as FlowNode];

  // 1. There is little noise at the first time, so x / α counts as the image.
  let x = dequantized(images, size, seed).map((value) => first.level.alpha * value);
  const logDensity = new Float64Array(numbers.length).fill(size * Math.log(first.level.alpha));

  // 2. Integrate x with Heun's method, and d log p / dτ = −div over log τ, where the divergence is smoother.
  for (let k = 0; k + 1 < nodes.length; k++) {
    const [from, to] = [nodes[k] as FlowNode, nodes[k + 1] as FlowNode];
    const step = to.time - from.time;
    const begin = await slopes(x, from, { images, options, size, stage: 2 * k });
    const predicted = x.map((value, i) => value + step * (begin.velocity[i] as number));
    const end = await slopes(predicted, to, { images, options, size, stage: 2 * k + 1 });
    x = x.map(
      (value, i) => value + (step / 2) * ((begin.velocity[i] as number) + (end.velocity[i] as number)),
    );
    const width = Math.log(to.time / from.time) / 2;
    for (let b = 0; b < logDensity.length; b++) {
      const sum = from.time * (begin.divergence[b] as number) + to.time * (end.divergence[b] as number);
      logDensity[b] = (logDensity[b] as number) + width * sum;
    }
  }

  // 3. At the last time, x is normally distributed.
  const variance = last.level.alpha ** 2 + last.level.sigma ** 2;
  return logDensity.map((value, b) => {
    const square = x.subarray(b * size, (b + 1) * size).reduce((sum, each) => sum + each * each, 0);
    const end = -square / (2 * variance) - (size / 2) * Math.log(2 * Math.PI * variance);
    // The density is for values in [-1, 1], where the interval of a byte has the width 2/255.
    return -(value + end) / size / Math.LN2 - Math.log2(2 * HALF_BYTE);
  });
}

/** Moves each byte to a uniformly distributed number in its interval. */
function dequantized({ x0, numbers }: LikelihoodImages, size: number, seed: number | bigint): Float64Array {
  const uniforms = new Float32Array(size);
  const x = new Float64Array(x0.length);
  numbers.forEach((image, b) => {
    fillUniforms(uniforms, { seed, image, step: 0, purpose: 'dequantization' });
    for (let i = 0; i < size; i++) {
      x[b * size + i] = (x0[b * size + i] as number) + (2 * (uniforms[i] as number) - 1) * HALF_BYTE;
    }
  });
  return x;
}

interface Stage {
  readonly images: LikelihoodImages;
  readonly options: FlowOptions;
  readonly size: number;
  /** Index of the stage, which selects the random directions. */
  readonly stage: number;
}

interface Slopes {
  /** dx/dτ, `[B, …]`. */
  readonly velocity: Float64Array;
  /** Estimate of the divergence of dx/dτ, `[B]`. */
  readonly divergence: Float64Array;
}

/** Computes dx/dτ and its divergence from the network's outputs at x ± a small step in a random direction. */
async function slopes(x: Float64Array, { level }: FlowNode, stage: Stage): Promise<Slopes> {
  const { images, options, size } = stage;
  const { numbers, condition } = images;
  const length = (options.probe ?? PROBE) * level.sigma;
  const velocity = new Float64Array(x.length);
  const divergence = new Float64Array(numbers.length);
  const factors = velocityFactors(options, level);
  const signs = new Uint8Array(size);
  const perCall = Math.max(1, Math.floor(options.batchSize / 2));
  for (let begin = 0; begin < numbers.length; begin += perCall) {
    const end = Math.min(begin + perCall, numbers.length);
    // Two points for each image: x + step and x − step.
    const pairs = new Float32Array(2 * (end - begin) * size);
    for (let b = begin; b < end; b++) {
      const image = numbers[b] as number;
      fillBernoulli(signs, 0.5, { seed: options.seed, image, step: stage.stage, purpose: 'probes' });
      const at = 2 * (b - begin) * size;
      for (let i = 0; i < size; i++) {
        const move = signs[i] === 1 ? length : -length;
        pairs[at + i] = (x[b * size + i] as number) + move;
        pairs[at + size + i] = (x[b * size + i] as number) - move;
      }
    }
    const t = new Float32Array(2 * (end - begin)).fill(level.t);
    const rows = Array.from(t, (_, k) => begin + (k >> 1));
    const twice = pickConditions(condition, numbers.length, rows);
    const { prediction } = await callNetwork(options, pairs, t, twice);
    for (let b = begin; b < end; b++) {
      const at = 2 * (b - begin) * size;
      let sum = 0;
      for (let i = 0; i < size; i++) {
        const [more, less] = [pairs[at + i] as number, pairs[at + size + i] as number];
        const up = factors.x * more + factors.output * (prediction[at + i] as number);
        const down = factors.x * less + factors.output * (prediction[at + size + i] as number);
        velocity[b * size + i] = (up + down) / 2;
        sum += Math.sign(more - less) * (up - down);
      }
      divergence[b] = sum / (2 * length);
    }
  }
  return { velocity, divergence };
}

/** Returns the factors in dx/dτ = x · x_t + output · (the network's output). */
function velocityFactors(
  { schedule, predictionType }: FlowOptions,
  level: Level,
): { readonly x: number; readonly output: number } {
  const { x0FromX, x0FromOutput, epsFromX, epsFromOutput } = predictionCoefficients(predictionType, level);
  // dα/dτ and dσ/dτ.
  const [ofX0, ofEps] = schedule.process === 'flow' ? [-1, 1] : [-level.sigma, level.alpha];
  return { x: ofX0 * x0FromX + ofEps * epsFromX, output: ofX0 * x0FromOutput + ofEps * epsFromOutput };
}
