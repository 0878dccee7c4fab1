import type { Golden, ModelSpec } from '@isonoise/bundle';
import { makeGolden } from '@isonoise/runtime';
import type { Denoiser } from '@isonoise/sampler';
import type { CheckedGraph } from './checked-graph.ts';
import type { Comparison } from './compare-with-tfjs.ts';
import { drawnClasses } from './drawn-classes.ts';

/** What float16 changed. */
export interface Drift {
  /** The float32 graph of the same network against tfjs: proof that the graph is right. */
  readonly float32: Comparison;
  /** The float16 graph's answers against tfjs. */
  readonly prediction: { readonly largest: number; readonly largestValue: number };
  /** The finished golden image in float16 against float32, in the data range [-1, 1]. */
  readonly image: { readonly largest: number; readonly mean: number };
}

/** The golden image: few steps, so that any runtime can check itself in a moment. */
const GOLDEN = { seed: 0, sampler: 'ddim', steps: 10 } as const;

/**
 * Two runtimes round float16 in other places, so they differ from each other about as much as either does from
 * float32. Four times the drift of this very network passes, and never less than what float32 is allowed.
 */
const DRIFT_FACTOR = 4;
const FLOAT32_TOLERANCE = { prediction: 1e-4, image: 1e-3 };

/** @returns the golden record without a PNG's hash, and the image `[C, H, W]` */
export function drawGolden(
  denoise: Denoiser,
  spec: ModelSpec,
  drift: Drift | null,
): Promise<{ golden: Golden; pixels: Float32Array }> {
  return makeGolden(denoise, spec, {
    ...GOLDEN,
    ...drawnClasses(spec, () => 0),
    tolerance: {
      prediction: Math.max(FLOAT32_TOLERANCE.prediction, DRIFT_FACTOR * (drift?.prediction.largest ?? 0)),
      image: Math.max(FLOAT32_TOLERANCE.image, DRIFT_FACTOR * (drift?.image.largest ?? 0)),
    },
  });
}

/** Draws the golden image with both graphs. */
export async function measureDrift(half: CheckedGraph, exact: CheckedGraph, spec: ModelSpec): Promise<Drift> {
  const [got, wanted] = [
    await drawGolden(half.denoise, spec, null),
    await drawGolden(exact.denoise, spec, null),
  ];
  const differences = got.pixels.map((value, i) => Math.abs(value - (wanted.pixels[i] ?? Number.NaN)));
  const { largestDifference, largestValue } = half.comparison;
  return {
    float32: exact.comparison,
    prediction: { largest: largestDifference, largestValue },
    image: {
      largest: differences.reduce((most, value) => Math.max(most, value), 0),
      mean: differences.reduce((sum, value) => sum + value, 0) / differences.length,
    },
  };
}
