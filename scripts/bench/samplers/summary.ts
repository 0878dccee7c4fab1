import type { SamplerName } from '@isonoise/sampler';
import type { Row } from '../bench.ts';
import { formatNumber } from '../format.ts';
import type { Cell } from './cell.ts';
import type { Result } from './results.ts';

/** Maximum number of network calls for each image, by column. */
export const CALLS = [5, 10, 15, 20, 50] as const;
/** Number of steps of the exact solution. Images of deterministic samplers are compared with this solution. */
export const EXACT_STEPS = 200;

/** Measured values of a cell. */
export interface Measured {
  readonly cell: Cell;
  readonly results: readonly Result[];
}

/**
 * Creates the table row of a sampler.
 *
 * @param count number of images
 * @param exactSteps number of steps of the exact solution
 */
export function rowOf(
  sampler: SamplerName,
  measured: readonly Measured[],
  count: number,
  exactSteps: number,
): Row {
  const details: Record<string, number> = {};
  for (const { cell, results } of measured) {
    const hits = results.flatMap((result) => result.hits);
    details[`share ${cell.calls}`] = hits.filter(Boolean).length / hits.length;
    if (!cell.isRandom)
      details[`distance ${cell.calls}`] = rootMean(results.flatMap(({ squares }) => squares));
  }
  const shares = CALLS.flatMap((calls) => {
    const share = details[`share ${calls}`];
    return share === undefined ? [] : [`${formatNumber(100 * share)} % with ${calls}`];
  });
  const distance = details['distance 10'];
  const why = measured.some(({ cell }) => cell.isRandom)
    ? 'not compared with the solution, because the sampler draws noise in its steps; '
    : '';
  return {
    what: `${sampler} with 10 calls: difference from the ${exactSteps}-step solution of dpmpp-2m`,
    value: distance ?? null,
    unit: '',
    note: `${why}share of ${count} images that have the right class: ${shares.join(', ')} calls`,
    details,
  };
}

/** Formats the table of all samplers. Pads the cells as Biome (`pnpm format`) does. */
export function tableOf(samplers: readonly SamplerName[], rows: readonly Row[]): string {
  const cells = rows.map(({ details = {} }, i) => [
    `\`${samplers[i]}\``,
    ...CALLS.map((calls) => {
      const [distance, share] = [details[`distance ${calls}`], details[`share ${calls}`]];
      const shown = share === undefined ? [] : [`${(100 * share).toFixed(1)} %`];
      return [...(distance === undefined ? [] : [distance.toFixed(3)]), ...shown].join(', ');
    }),
  ]);
  const header = ['sampler', ...CALLS.map((calls) => `${calls} calls`)];
  const widths = header.map((_, i) => Math.max(...[header, ...cells].map((line) => line[i]?.length ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  return [header, rule, ...cells]
    .map((line) => `| ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`)
    .join('\n');
}

/** Returns the square root of the mean of the given squares. */
const rootMean = (squares: readonly number[]): number =>
  Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);

/** Returns the mean square difference of each image from the same image of the exact solution. */
export function squaresOf(images: Float32Array, exact: Float32Array, count: number): readonly number[] {
  const size = images.length / count;
  return Array.from({ length: count }, (_, b) => {
    let sum = 0;
    for (let i = b * size; i < (b + 1) * size; i++) sum += ((images[i] ?? 0) - (exact[i] ?? 0)) ** 2;
    return sum / size;
  });
}

/** Estimates the seconds of the remaining calls from the seconds of the finished calls; NaN without finished calls. */
export const secondsLeft = (seconds: number, done: number, left: number): number =>
  done === 0 ? Number.NaN : (seconds / done) * left;
