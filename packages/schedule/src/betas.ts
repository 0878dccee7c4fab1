import { cosQuarterTurns, exp } from './elementary.ts';
import type { FullDiffusionConfig } from './schedule-config.ts';

/** Returns n evenly spaced numbers, including both ends, as numpy does. */
function linspace(start: number, end: number, n: number): number[] {
  const step = (end - start) / (n - 1);
  return Array.from({ length: n }, (_, i) => (i === 0 ? start : i === n - 1 ? end : start + i * step));
}

type Ramp = Extract<FullDiffusionConfig, { betaStart: number }>;

function squaredRamp({ betaStart, betaEnd, numTrainTimesteps }: Ramp): number[] {
  return linspace(Math.sqrt(betaStart), Math.sqrt(betaEnd), numTrainTimesteps).map((root) => root * root);
}

/** ᾱ of Nichol & Dhariwal, eq. 17, without the constant f(0), because only ratios are used. s = 0.008 keeps β_0 > 0. */
function cosineAlphaBar(time: number): number {
  const c = cosQuarterTurns((time + 0.008) / 1.008);
  return c * c;
}

const CURVES: {
  readonly [K in FullDiffusionConfig['kind']]: (
    config: Extract<FullDiffusionConfig, { kind: K }>,
  ) => readonly number[];
} = {
  linear: ({ betaStart, betaEnd, numTrainTimesteps }) => linspace(betaStart, betaEnd, numTrainTimesteps),
  quadratic: squaredRamp,
  scaledLinear: squaredRamp,
  sigmoid: ({ betaStart, betaEnd, numTrainTimesteps }) =>
    linspace(-6, 6, numTrainTimesteps).map((x) => betaStart + (betaEnd - betaStart) / (1 + exp(-x))),
  cosine: ({ maxBeta, numTrainTimesteps: T }) =>
    Array.from({ length: T }, (_, t) =>
      Math.min(1 - cosineAlphaBar((t + 1) / T) / cosineAlphaBar(t / T), maxBeta),
    ),
  constant: ({ beta, numTrainTimesteps }) => new Array<number>(numTrainTimesteps).fill(beta),
  trained: ({ betas }) => betas,
};

/** Computes β_0 … β_{T-1} of a config. */
export function makeBetas(config: FullDiffusionConfig): readonly number[] {
  // The cast is safe: the type of the table pairs each kind with its config, which TypeScript cannot infer here.
  const curve = CURVES[config.kind] as (config: FullDiffusionConfig) => readonly number[];
  const betas = curve(config);
  return config.zeroTerminalSnr === true ? zeroTerminalSnr(betas) : betas;
}

/** Shifts √ᾱ to end at 0, and scales it to keep its first value (Lin et al. 2024, Algorithm 1). */
function zeroTerminalSnr(betas: readonly number[]): readonly number[] {
  let product = 1;
  const roots = betas.map((beta) => {
    product *= 1 - beta;
    return Math.sqrt(product);
  });
  const [first, last] = [roots[0] as number, roots.at(-1) as number];
  const bars = roots.map((root) => (((root - last) * first) / (first - last)) ** 2);
  return bars.map((bar, t) => 1 - bar / (t === 0 ? 1 : (bars[t - 1] as number)));
}
