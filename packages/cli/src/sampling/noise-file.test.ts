import { drawingSampler, planSampling, type SamplerName, type SamplingPlan } from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { wayBack, withNoiseFile } from './noise-file.ts';
import type { SampleFlags } from './sample-flags.ts';

const FLAGS: SampleFlags = { out: 'out/sheet.png', batchSize: 64, provider: 'auto' };

const plan = (sampler: SamplerName, steps?: number): SamplingPlan =>
  planSampling({
    schedule: createSchedule({ kind: 'cosine' }),
    shape: { channels: 1, height: 2, width: 2 },
    predictionType: 'epsilon',
    seed: 0,
    images: 1,
    sampler,
    steps,
    ...(sampler === drawingSampler(sampler) ? {} : { start: { x: new Float32Array(4) } }),
  });

describe('wayBack', () => {
  const command = (flags: Partial<SampleFlags>): string | null =>
    wayBack(
      'models/mnist',
      withNoiseFile({ ...FLAGS, ...flags }, 'dpmpp-2m-inverse'),
      plan('dpmpp-2m-inverse', flags.steps),
    );

  it('returns a command with the same steps, class, guidance, guide and shared settings of both samplers', () => {
    expect(
      command({
        from: ['a.png'],
        seed: '5',
        steps: 20,
        spacing: [900, 450.5, 0],
        class: '3',
        guidance: 2,
        guide: 'models/early one',
        guidanceRescale: 0.5,
        guidanceHigh: 4,
        solverType: 'heun',
        lowerOrderFinal: false,
      }),
    ).toBe(
      'pnpm sample models/mnist --sampler dpmpp-2m --from out/sheet.npy --steps 20 --spacing 900,450.5,0 ' +
        '--solver-type heun --no-lower-order-final --class 3 --guidance 2 --guidance-rescale 0.5 --guidance-high 4 ' +
        "--guide 'models/early one'",
    );
  });

  it('returns a command whose --from is the file of --npy', () => {
    expect(command({ npy: 'noise.npy' })).toBe(
      'pnpm sample models/mnist --sampler dpmpp-2m --from noise.npy --steps 50',
    );
  });

  it('returns null for samplers that do not invert', () => {
    expect(wayBack('models/mnist', { ...FLAGS, npy: 'x.npy' }, plan('dpmpp-2m'))).toBeNull();
  });
});
