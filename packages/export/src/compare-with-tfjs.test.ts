import { toSchedulerConfig } from '@isonoise/bundle';
import type { Network } from '@isonoise/network';
import '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
import { compareWithTfjs } from './compare-with-tfjs.ts';

/** Creates a network that returns its input. */
const identity = (height: number, width: number): Network => ({
  parameters: [],
  imageShape: { channels: 1, height, width },
  numClassEmbeds: undefined,
  numTags: undefined,
  dropoutUnits: 0,
  outerLayers: [],
  forward: (_weights, { sample }) => sample.clone(),
});

it.each([
  [127, 129, [1, 2, 5]],
  // The attention of a whole batch must fit into the memory of the reference.
  [128, 128, [1, 2]],
  [256, 256, [1, 2]],
])(
  'compareWithTfjs uses smaller batches for images of at least 128×128 pixels: %i×%i',
  async (height, width, batches) => {
    const sizes: number[] = [];
    const denoise = async (x: Float32Array, t: Float32Array): Promise<Float32Array> => {
      sizes.push(t.length);
      return x;
    };
    const scheduler = toSchedulerConfig({ kind: 'cosine', numTrainTimesteps: 100 });
    const compared = await compareWithTfjs(denoise, identity(height, width), scheduler, [], 'cpu');
    expect(sizes).toEqual(batches);
    expect(compared).toMatchObject({ batchSizes: batches, largestDifference: 0 });
    expect(compared.largestValue).toBeGreaterThan(3);
  },
);
