import type { Golden, ModelSpec } from '@isonoise/bundle';
import { makeGolden } from '@isonoise/runtime';
import type { Denoiser } from '@isonoise/sampler';
import type { CheckedGraph } from './checked-graph.ts';
import type { Comparison } from './compare-with-tfjs.ts';
import { drawnClasses, drawnTags } from './drawn-conditions.ts';

/** Differences between a float16 or int8 graph and the float32 graph of the same network. */
export interface Drift {
  /** Comparison of the float32 graph with tfjs, which shows that the graph is correct. */
  readonly float32: Comparison;
  /** Differences between the outputs of the graph and tfjs with the exact weights. */
  readonly prediction: { readonly largest: number; readonly largestValue: number };
  /** Differences between the golden images of the two graphs. Images are in [-1, 1]. */
  readonly image: { readonly largest: number; readonly mean: number };
}

/** Request of the golden image. */
const GOLDEN = { seed: 0, sampler: 'ddim' } as const;
/** Maximum number of steps of the golden image, so that any runtime can check itself quickly. */
const MOST_STEPS = 10;
/**
 * Guidance of the golden image. It does not follow the default, so that golden images stay the same if the default
 * changes.
 */
const GUIDANCE = 2;

/**
 * Two runtimes round float16 at different places, so they differ by about as much as each differs from float32. The
 * tolerance is this factor times the drift of the network, and at least the tolerance of float32.
 */
const DRIFT_FACTOR = 4;
const FLOAT32_TOLERANCE = { prediction: 1e-4, image: 1e-3 };

/**
 * Draws the golden image.
 * @param drift drift of a float16 graph, which raises the tolerances; null for other graphs
 * @returns the golden record without the PNG's hash, and the image `[C, H, W]`
 */
export function drawGolden(
  denoise: Denoiser,
  spec: ModelSpec,
  drift: Drift | null,
): Promise<{ golden: Golden; pixels: Float32Array }> {
  return makeGolden(denoise, spec, {
    ...GOLDEN,
    steps: Math.min(MOST_STEPS, spec.scheduler.num_train_timesteps),
    ...drawnClasses(spec, GUIDANCE, () => 0),
    ...drawnTags(spec, GUIDANCE, () => [0]),
    tolerance: {
      prediction: Math.max(FLOAT32_TOLERANCE.prediction, DRIFT_FACTOR * (drift?.prediction.largest ?? 0)),
      image: Math.max(FLOAT32_TOLERANCE.image, DRIFT_FACTOR * (drift?.image.largest ?? 0)),
    },
  });
}

/** Draws the golden image with both graphs and compares the results. */
export async function measureDrift(
  graph: CheckedGraph,
  exact: CheckedGraph,
  spec: ModelSpec,
): Promise<Drift> {
  const [got, expected] = [
    await drawGolden(graph.denoise, spec, null),
    await drawGolden(exact.denoise, spec, null),
  ];
  const differences = got.pixels.map((value, i) => Math.abs(value - (expected.pixels[i] ?? Number.NaN)));
  const { largestDifference, largestValue } = graph.drift;
  return {
    float32: exact.comparison,
    prediction: { largest: largestDifference, largestValue },
    image: {
      largest: differences.reduce((most, value) => Math.max(most, value), 0),
      mean: differences.reduce((sum, value) => sum + value, 0) / differences.length,
    },
  };
}
