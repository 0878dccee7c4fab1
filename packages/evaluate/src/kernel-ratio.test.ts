import { describe, expect, it } from 'vitest';
import { gaussian } from '../testdata/gaussian.ts';
import { toFeatures } from './features.ts';
import { kernelDistance } from './kernel-distance.ts';
import { kernelRatio } from './kernel-ratio.ts';

const WIDTH = 4;
const fixed = gaussian(600, WIDTH, 0);

/** A set of rows, and the same rows with a small disturbance. */
function pair(image: number, count: number) {
  const base = gaussian(count, WIDTH, image, 0.5, 1.3);
  const noise = gaussian(count, WIDTH, image + 5000, 0.02, 0.1);
  const values = base.values.map((value, i) => value + (noise.values[i] as number));
  return { base, sample: toFeatures(values, WIDTH) };
}

describe('kernelRatio', () => {
  it('is the ratio of the kernel distances, and exactly 1 for equal sets', async () => {
    const { base, sample } = pair(1, 200);
    const [above, below] = [sample, base].map((set) => kernelDistance(fixed, set, { scale: 2 }).value);
    const { ratio, upper } = await kernelRatio(fixed, sample, base, { resamples: 20, scale: 2 });
    expect(ratio).toBeCloseTo((above ?? 0) / (below ?? 1), 12);
    expect(upper).toBeGreaterThan(ratio);
    expect(await kernelRatio(fixed, base, base, { resamples: 20 })).toEqual({
      ratio: 1,
      upper: 1,
      resamples: 20,
    });
  });

  it('has an upper end that about 95 % of repeated measurements do not exceed', async () => {
    const count = 200;
    const ratioOf = ({ base, sample }: ReturnType<typeof pair>): number =>
      kernelDistance(fixed, sample).value / kernelDistance(fixed, base).value;
    const ratios = Array.from({ length: 200 }, (_, i) => ratioOf(pair(10 + i, count))).sort((a, b) => a - b);
    const median = ratios[100] as number;
    const width = (ratios[190] as number) - median;
    const uppers = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const { base, sample } = pair(2000 + i, count);
        const { ratio, upper } = await kernelRatio(fixed, sample, base, { resamples: 200 });
        return (upper ?? Number.NaN) - ratio;
      }),
    );
    const mean = uppers.reduce((sum, value) => sum + value, 0) / uppers.length;
    // The quantile of 200 ratios is uncertain by a seventh, and that of 200 resamples too.
    expect(mean / width).toBeGreaterThan(0.7);
    expect(mean / width).toBeLessThan(1.4);
  });

  it('has no upper end if the distance of the denominator is often not above 0', async () => {
    // Sets of the same distribution as the real images: their distances are about 0.
    const sets = Array.from({ length: 20 }, (_, i) => gaussian(100, WIDTH, 9000 + i));
    const [sample, base] = sets.filter((set) => kernelDistance(fixed, set).value > 0);
    if (sample === undefined || base === undefined) throw new Error('expected two distances above 0');
    const { ratio, upper } = await kernelRatio(fixed, sample, base, { resamples: 200 });
    expect(ratio).toBeGreaterThan(0);
    expect(upper).toBeNull();
  });

  it('refuses distances that are not above 0, and sets of different sizes', async () => {
    const equal = gaussian(300, WIDTH, 0);
    await expect(kernelRatio(equal, equal, equal)).rejects.toMatchObject({
      code: 'EVALUATE_SHAPE',
      message: expect.stringContaining('expected more than 0. Compare more images.'),
    });
    await expect(kernelRatio(fixed, gaussian(5, WIDTH, 1), gaussian(6, WIDTH, 1))).rejects.toMatchObject({
      code: 'EVALUATE_SHAPE',
      message: expect.stringContaining('5 and 6 images; expected the same number'),
    });
  });
});
