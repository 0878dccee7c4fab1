import { describe, expect, it } from 'vitest';
import { gaussian } from '../testdata/gaussian.ts';
import { toFeatures } from './features.ts';
import { frechetDistance } from './frechet-distance.ts';
import { frechetRatio } from './frechet-ratio.ts';
import { momentsOf } from './moments.ts';

const WIDTH = 4;
const fixed = momentsOf(gaussian(20_000, WIDTH, 0));

/** A set of rows, and the same rows with a small disturbance. */
function pair(image: number, count: number) {
  const base = gaussian(count, WIDTH, image, 0.3, 1.2);
  const noise = gaussian(count, WIDTH, image + 5000, 0.02, 0.1);
  const values = base.values.map((value, i) => value + (noise.values[i] as number));
  return { base, sample: toFeatures(values, WIDTH) };
}

describe('frechetRatio', () => {
  it('is exactly 1 for equal sets', async () => {
    const { base } = pair(1, 200);
    expect(await frechetRatio(fixed, base, base, { resamples: 20 })).toEqual({
      ratio: 1,
      upper: 1,
      resamples: 20,
    });
  });

  it('has an upper end that about 95 % of repeated measurements do not exceed', async () => {
    const count = 300;
    const ratios = Array.from({ length: 400 }, (_, i) => {
      const { base, sample } = pair(10 + i, count);
      return frechetDistance(fixed, momentsOf(sample)) / frechetDistance(fixed, momentsOf(base));
    }).sort((a, b) => a - b);
    const median = ratios[200] as number;
    const width = (ratios[380] as number) - median;
    const uppers = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const { base, sample } = pair(2000 + i, count);
        const { ratio, upper } = await frechetRatio(fixed, sample, base, { resamples: 200 });
        expect(upper).toBeGreaterThan(ratio);
        return upper - ratio;
      }),
    );
    const mean = uppers.reduce((sum, value) => sum + value, 0) / uppers.length;
    // The quantile of 400 ratios is uncertain by a tenth, and that of 200 resamples by a seventh.
    expect(mean / width).toBeGreaterThan(0.7);
    expect(mean / width).toBeLessThan(1.4);
  });

  it('depends on the pairs: the interval of unrelated sets is wider', async () => {
    const { base, sample } = pair(1, 300);
    const other = pair(2, 300).sample;
    const [paired, unrelated] = await Promise.all(
      [sample, other].map((set) => frechetRatio(fixed, set, base, { resamples: 100 })),
    );
    const width = (found?: { readonly ratio: number; readonly upper: number }): number =>
      (found?.upper ?? 0) / (found?.ratio ?? 1) - 1;
    expect(width(unrelated)).toBeGreaterThan(2 * width(paired));
  });

  it('refuses a set with the moments of the real images, whose distance is 0', async () => {
    const base = toFeatures(Float32Array.of(1, 3), 1);
    await expect(frechetRatio(momentsOf(base), base, base)).rejects.toMatchObject({
      code: 'EVALUATE_SHAPE',
      message: 'Fréchet ratio: a distance is 0; expected more than 0. Compare more images.',
    });
  });

  it('refuses sets of different sizes', async () => {
    await expect(frechetRatio(fixed, gaussian(5, WIDTH, 1), gaussian(6, WIDTH, 1))).rejects.toMatchObject({
      code: 'EVALUATE_SHAPE',
      message: expect.stringContaining('5 × 4 and 6 × 4; expected the same size'),
    });
  });
});
