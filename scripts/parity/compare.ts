import type { ModelSpec } from '@isonoise/bundle';
import { toBytes } from '@isonoise/picture';
import { conditionRows } from '@isonoise/sampler';
import { choiceOf } from './condition.ts';
import { largestDifference, pixelDifference, sameBits } from './difference.ts';
import { type Effort, type Series, seriesFor } from './plan.ts';
import type { Probe } from './probe.ts';
import { NOISE_SEEDS, type Reference } from './reference.ts';
import type { Measured, PredictionDifference, SeriesDifference } from './report.ts';

/** Reports the progress of a comparison. */
export type OnProgress = (what: string, done: number, of: number) => void;

/**
 * Computes results with a runtime, and compares them with those of the base.
 *
 * @param probe the runtime; it stays open, and the caller closes it
 */
export async function compare(
  probe: Probe,
  { reference, spec, effort }: { reference: Reference; spec: ModelSpec; effort: Effort },
  onProgress: OnProgress = () => {},
): Promise<Omit<Measured, 'name' | 'label' | 'about'>> {
  const noise = (await probe.noise(NOISE_SEEDS)) === reference.noise;
  const { pixels: _, ...golden } = await probe.verify();
  const { alone, predictions, callMs } = await comparePredictions(probe, reference);
  const series: SeriesDifference[] = [];
  for (const one of seriesFor(effort, callMs)) {
    series.push(await compareSeries(probe, one, { reference, spec }, onProgress));
  }
  return { noise, golden, alone, predictions, series, callMs };
}

/**
 * Compares predictions at several timesteps in one batch. Also compares the first and the last prediction with those
 * of the same images alone.
 */
export async function comparePredictions(
  probe: Probe,
  { inputs, prediction }: Reference,
): Promise<Pick<Measured, 'alone' | 'predictions' | 'callMs'>> {
  const { x, t, condition } = inputs;
  // A network that predicts variances returns more values than it gets.
  const row = (values: Float32Array, k: number): Float32Array => {
    const size = values.length / t.length;
    return values.subarray(k * size, (k + 1) * size);
  };

  const got = await probe.predict(x, t, condition);
  const largest = new Map<number, number>();
  for (const [k, time] of t.entries()) {
    const difference = largestDifference(row(got, k), row(prediction, k));
    largest.set(time, Math.max(largest.get(time) ?? 0, difference));
  }
  const predictions: PredictionDifference[] = [...largest].map(([time, each]) => ({
    t: time,
    largest: each,
  }));

  let [alone, callMs] = [true, Number.POSITIVE_INFINITY];
  for (const k of [0, t.length - 1]) {
    const began = performance.now();
    const own = condition && conditionRows(condition, t.length, k, k + 1).slice();
    const single = await probe.predict(row(x, k), t.slice(k, k + 1), own);
    callMs = Math.min(callMs, performance.now() - began);
    alone &&= sameBits(single, row(got, k));
  }
  return { alone, predictions, callMs };
}

/** Draws the same images with the base and with the probe, one seed after another, and compares them. */
export async function compareSeries(
  probe: Probe,
  series: Series,
  { reference, spec }: { reference: Reference; spec: ModelSpec },
  onProgress: OnProgress = () => {},
): Promise<SeriesDifference> {
  const { sampler, steps, seeds } = series;
  let [largest, pixels, differing, levels, differingInOne, pngEqual] = [0, 0, 0, 0, 0, 0];
  for (let seed = 0; seed < seeds; seed++) {
    const request = { seed, sampler, steps, ...choiceOf(spec, seed) };
    const [mine, theirs] = await Promise.all([probe.draw(request), reference.draw(request)]);
    largest = Math.max(largest, largestDifference(mine.image, theirs.image));
    const difference = pixelDifference(toBytes(mine.image), toBytes(theirs.image));
    pixels += difference.pixels;
    differing += difference.differing;
    levels = Math.max(levels, difference.levels);
    differingInOne = Math.max(differingInOne, difference.differing);
    if (mine.pngSha256 === theirs.pngSha256) pngEqual++;
    onProgress(`${sampler} ${steps}`, seed + 1, seeds);
  }
  return { ...series, largest, pixels, differing, levels, differingInOne, pngEqual };
}
