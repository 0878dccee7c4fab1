import type { Denoiser } from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { config, linearEngine } from '../testdata/linear-run.ts';
import { drawForQuality } from './sample-sheet.ts';

/** Tags of 100 images, sorted as in folders: the last quarter has tag 1. */
const tags = { count: 2, images: 100, ofImage: (image: number) => [image < 75 ? 0 : 1], dropped: true };

/** Draws the images of a measurement. @returns how many of them have tag 1 */
async function drawnWithTag(count: number, seed: number): Promise<number> {
  let drawn = 0;
  const denoise: Denoiser = async (x, t, rows) => {
    for (let image = 0; image < t.length; image++) if (rows?.[2 * image + 1] === 1) drawn++;
    return x;
  };
  await drawForQuality(
    { ...linearEngine(), denoise },
    {
      config: { ...config, evaluateCount: count, sampleSteps: 1, seed },
      schedule: createSchedule({ kind: 'linear' }),
      shape: { channels: 1, height: 2, width: 2 },
      classes: null,
      nullClass: null,
      tags,
    },
  );
  return drawn;
}

describe('drawForQuality', () => {
  it('draws each tag as often as it occurs in the data, even if the data is sorted', async () => {
    expect(await drawnWithTag(100, 1)).toBe(25);
    expect(await drawnWithTag(300, 1)).toBe(75);
    // 40 of 100 images without repetition: mean 10, standard deviation 2.1.
    for (const seed of [0, 1, 2]) expect(Math.abs((await drawnWithTag(40, seed)) - 10)).toBeLessThan(8.4);
  });

  it('draws the same tags in each measurement', async () => {
    expect(await drawnWithTag(40, 3)).toBe(await drawnWithTag(40, 3));
  });
});
