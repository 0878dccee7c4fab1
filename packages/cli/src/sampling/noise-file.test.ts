import { describe, expect, it } from 'vitest';
import { wayBack, withNoiseFile } from './noise-file.ts';
import type { SampleFlags } from './sample-flags.ts';

const FLAGS: SampleFlags = { out: 'out/sheet.png', batchSize: 64, provider: 'auto' };

describe('wayBack', () => {
  const command = (flags: Partial<SampleFlags>): string | null =>
    wayBack('models/mnist', withNoiseFile({ ...FLAGS, ...flags }, 'dpmpp-2m-inverse'), 'dpmpp-2m-inverse');

  it('repeats steps, class, guidance with its guide, and the settings that both samplers have', () => {
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
        order: 3,
        solverType: 'heun',
        lowerOrderFinal: false,
      }),
    ).toBe(
      'pnpm sample models/mnist --sampler dpmpp-2m --from out/sheet.npy --steps 20 --spacing 900,450.5,0 ' +
        '--solver-type heun --no-lower-order-final --class 3 --guidance 2 --guidance-rescale 0.5 --guidance-high 4 ' +
        "--guide 'models/early one'",
    );
  });

  it('names the file of --npy', () => {
    expect(command({ npy: 'noise.npy' })).toBe(
      'pnpm sample models/mnist --sampler dpmpp-2m --from noise.npy',
    );
  });

  it('is null for samplers that draw', () => {
    expect(wayBack('models/mnist', { ...FLAGS, npy: 'x.npy' }, 'dpmpp-2m')).toBeNull();
  });
});
