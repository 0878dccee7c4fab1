import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import type { Denoiser, SampleStep } from '@isonoise/sampler';
import { expect, it } from 'vitest';
import { requireSheet, sampleSheet } from './sample-sheet.ts';

/** Returns its input as the predicted noise, because the tests do not check the images. */
const allNoise: Denoiser = async (x) => x;

/** Returns the width and the height of a PNG, from its first chunk. */
function sizeOf(png: Uint8Array): number[] {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

it('sampleSheet reports each step', async () => {
  const spec: ModelSpec = {
    name: 'noise',
    image: { channels: 1, height: 4, width: 4 },
    dataRange: [-1, 1],
    scheduler: toSchedulerConfig({ kind: 'linear' }),
    classes: null,
  };
  const seen: string[] = [];
  const onStep = ({ step, steps }: SampleStep): void => void seen.push(`${step}/${steps}`);
  await sampleSheet(allNoise, spec, { count: 1, steps: 3, onStep });
  expect(seen).toEqual(['1/3', '2/3', '3/3']);
});

it.each([
  ['28 × 28 at twice the size', 28, 28, [3 * (56 + 2) + 2, 56 + 2 + 2]],
  ['64 × 32 at the original size', 64, 32, [3 * (64 + 2) + 2, 32 + 2 + 2]],
] as const)('sampleSheet draws images of %s', async (_, width, height, size) => {
  const spec: ModelSpec = {
    name: 'noise',
    image: { channels: 1, height, width },
    dataRange: [-1, 1],
    scheduler: toSchedulerConfig({ kind: 'linear' }, { prediction_type: 'epsilon' }),
    classes: null,
  };
  expect(sizeOf(await sampleSheet(allNoise, spec, { count: 3, steps: 2 }))).toEqual(size);
});

it('requireSheet refuses a sheet that is too large, before its images are drawn', () => {
  const spec: ModelSpec = {
    name: 'large',
    image: { channels: 3, height: 2048, width: 2048 },
    dataRange: [-1, 1],
    scheduler: toSchedulerConfig({ kind: 'linear' }),
    classes: null,
  };
  expect(() => requireSheet(spec, { count: 1024 })).toThrow('contactSheet: 1024 images of 2048 × 2048');
  expect(() => requireSheet(spec, { count: 4 })).not.toThrow();
});
