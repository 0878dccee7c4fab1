import { readFileSync } from 'node:fs';
import { contractOf, createSessionDenoiser, toSampleRequest } from '@isonoise/runtime';
import { sample } from '@isonoise/sampler';
import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { cpuSession, smallModel } from '../testdata/small-networks.ts';
import { namedWeights, traceNetwork } from './network-model.ts';

/** Images that pipelines of diffusers drew from the same model and noise, `[images, C, H, W]` in [0, 1]. */
interface Recorded {
  readonly seed: number;
  readonly images: number;
  readonly steps: number;
  readonly ddpm: readonly number[];
  readonly ddim: readonly number[];
}
const recorded = JSON.parse(
  readFileSync(new URL('../testdata/pipelines.json', import.meta.url), 'utf8'),
) as Recorded;

describe('an unconditional bundle', () => {
  // The model that write-bundles.ts writes.
  const model = smallModel({ channels: 3, size: 12 });

  it.each(['ddpm', 'ddim'] as const)(
    'draws the images of the %s pipeline of diffusers from the same noise',
    async (sampler) => {
      const { network, theta, spec } = model;
      const onnx = await traceNetwork(network, namedWeights(network, theta), spec, 'float32');
      const denoise = createSessionDenoiser(await cpuSession(onnx), contractOf(spec), Tensor);
      const { seed, images, steps } = recorded;
      let x: Float32Array = new Float32Array(0);
      for await (const step of sample(
        denoise,
        toSampleRequest(spec, {
          seed,
          images: Array.from({ length: images }, (_, i) => i),
          sampler,
          steps,
          // DDIMPipeline takes the noise from the network's output, also where x_0 was clipped.
          ...(sampler === 'ddim' && { epsFromClipped: false }),
        }),
      ))
        x = step.x;
      const expected = recorded[sampler];
      expect(x).toHaveLength(expected.length);
      const largest = x.reduce((most, value, i) => {
        const shown = Math.min(Math.max(value / 2 + 0.5, 0), 1);
        return Math.max(most, Math.abs(shown - (expected[i] as number)));
      }, 0);
      // Ten steps in two runtimes, whose float32 tables of the schedule differ; six decimals are stored.
      expect(largest).toBeLessThan(2e-5);
      // Images of noise or of one colour would hide errors of the steps.
      expect(new Set(expected).size).toBeGreaterThan(100);
    },
  );
});
