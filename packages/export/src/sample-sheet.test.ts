import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import type { Denoiser } from '@isonoise/sampler';
import { expect, it } from 'vitest';
import { sampleSheet } from './sample-sheet.ts';

/** Takes all that it sees for noise: only the size of the sheet is looked at. */
const allNoise: Denoiser = async (x) => x;

/** Width and height as a PNG's first chunk says them. */
function sizeOf(png: Uint8Array): number[] {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

it.each([
  ['28 × 28, twice as large', 28, 28, [3 * (56 + 2) + 2, 56 + 2 + 2]],
  ['64 × 32, as they are', 64, 32, [3 * (64 + 2) + 2, 32 + 2 + 2]],
] as const)('draws images of %s, as every sheet of samples is laid out', async (_, width, height, size) => {
  const spec: ModelSpec = {
    name: 'noise',
    image: { channels: 1, height, width },
    dataRange: [-1, 1],
    scheduler: toSchedulerConfig({ kind: 'linear' }, { prediction_type: 'epsilon' }),
    classes: null,
  };
  expect(sizeOf(await sampleSheet(allNoise, spec, { count: 3, steps: 2 }))).toEqual(size);
});
