import { CLEAN, createSchedule, type Level, levelsOf, timestepPairs } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { followRows } from '../testdata/follow-rows.ts';
import { exponentialStep } from './exponential-step.ts';
import type { NetworkRow } from './row.ts';
import { type SamplerName, samplers } from './sampler-table.ts';
import type { SamplerSettings } from './settings.ts';
import { X, X0 } from './terms.ts';

const level = (lambda: number): Level => {
  const alpha = 1 / Math.sqrt(1 + Math.exp(-2 * lambda));
  return { t: 500, alpha, sigma: alpha * Math.exp(-lambda), lambda };
};

describe('a step from several predictions', () => {
  const [from, to] = [level(-0.3), level(0.5)];
  const nodes = [0, -0.7, -1.1, 1].map((theta) => level(-0.3 + 0.8 * theta));

  /**
   * Integrates the equation by Simpson's rule: d(x/σ)/dλ = (α/σ) x_0 with x_0 = λ^k, or d(x/α)/dλ = -(σ/α) ε with ε =
   * λ^k.
   */
  function integrate(variable: 'x0' | 'eps', k: number): number {
    const n = 2000;
    const width = (to.lambda - from.lambda) / n;
    let sum = 0;
    for (let i = 0; i <= n; i++) {
      const lambda = from.lambda + i * width;
      const weight = i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2;
      sum += weight * (variable === 'x0' ? Math.exp(lambda) : -Math.exp(-lambda)) * lambda ** k;
    }
    return ((sum * width) / 3) * (variable === 'x0' ? to.sigma : to.alpha);
  }

  it.each(['x0', 'eps'] as const)('is exact if %s is a polynomial in λ', (variable) => {
    for (const count of [1, 2, 3, 4]) {
      const answers = nodes.slice(0, count).map((each, k) => ({
        level: each,
        value: { memory: [...new Array<number>(k).fill(0), 1] },
      }));
      const { x, memory = [] } = exponentialStep({ variable, from, to, x: X, answers });
      const ratio = variable === 'x0' ? to.sigma / from.sigma : to.alpha / from.alpha;
      expect(x).toBeCloseTo(ratio, 14);
      for (let k = 0; k < count; k++) {
        const found = memory.reduce((sum, factor, i) => sum + factor * (nodes[i]?.lambda ?? 0) ** k, 0);
        expect(found).toBeCloseTo(integrate(variable, k), 12); // Simpson's error is about 1e-15
      }
    }
  });

  it('returns x_0 if it ends at the image', () => {
    const answers = [{ level: from, value: X0 }];
    expect(exponentialStep({ variable: 'eps', from, to: CLEAN, x: X, answers, eta: 1 })).toEqual(X0);
  });
});

describe('a run that starts at a level with almost no signal', () => {
  const cases: readonly (readonly [SamplerName, SamplerSettings])[] = (
    [
      ['dpmpp-2m', {}],
      ['dpmpp-3m', { solverType: 'heun' }],
      ['dpmpp-2m-sde', {}],
      ['dpmpp-2m-sde', { solverType: 'heun' }],
      ['dpmpp-3m-sde', { eta: 0.5 }],
      ['dpm-2m', {}],
      ['dpm-3m', {}],
      ['dpm-2m-sde', {}],
      ['dpmpp-2s', { eta: 1 }],
      ['dpmpp-3s', {}],
      ['dpmpp-3s', { solverType: 'heun' }],
      ['dpm-2s', {}],
      ['dpm-3s', {}],
      ['deis', { order: 3 }],
      ['unipc', { order: 3 }],
      ['unipc', { bh: 'bh1' }],
      ['unipc', { order: 1, bh: 'bh1' }],
      ['unipc', { order: 3, predictX0: false }],
      ['sa-solver', { order: 3, correctorOrder: 3 }],
      ['sa-solver', { predictX0: false }],
    ] as const
  ).map(([name, settings]) => [name, settings]);

  const schedule = createSchedule({ kind: 'cosine' });
  const pairs = timestepPairs({ spacing: 'trailing', steps: 20, numTrainTimesteps: 1000 });
  const cosine = levelsOf(schedule, pairs);
  const silent: Level = { t: 999, alpha: 0, sigma: 1, lambda: Number.NEGATIVE_INFINITY };
  const image = Float64Array.of(-1, -0.4, 0, 0.7, 1);

  it.each(cases)('has finite rows and images with %s and settings %j', (name, settings) => {
    for (const levels of [cosine, [silent, ...cosine.slice(1)]]) {
      const rows = samplers[name].rows({ schedule, levels }, settings) as readonly NetworkRow[];
      const factors = rows.flatMap(({ next, keep = [] }) =>
        [next, ...keep].flatMap(({ x = 0, x0 = 0, memory = [], noise = [] }) => [x, x0, ...memory, ...noise]),
      );
      expect(factors.every(Number.isFinite)).toBe(true);
      const course = followRows(rows, {
        predictionType: 'sample',
        start: Float64Array.of(1.3, -0.2, 2.1, -1.7, 0.4),
        answer: () => image,
        noise: ({ row }) => image.map((_, i) => Math.sin(1 + 3 * i + 7 * row)),
      });
      // The inputs are noise of deviation 1 and an image in [-1, 1], so larger values would show a division by almost 0.
      for (const x of course) expect(Math.max(...x.map(Math.abs))).toBeLessThan(5);
      expect(course.at(-1)).toEqual(image);
    }
  });
});
