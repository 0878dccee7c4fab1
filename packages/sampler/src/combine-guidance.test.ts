import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { combineGuidance } from './combine-guidance.ts';

interface Reference {
  readonly network: readonly number[];
  readonly guide: readonly number[];
  readonly cases: readonly {
    readonly guidance: number;
    readonly rescale: number;
    readonly result: readonly number[];
  }[];
}

const reference = JSON.parse(
  readFileSync(new URL('../testdata/guidance.json', import.meta.url), 'utf8'),
) as Reference;

describe('combineGuidance', () => {
  const outputs = [Float32Array.from(reference.network), Float32Array.from(reference.guide)] as const;

  it.each(reference.cases)(
    'equals rescale_noise_cfg of diffusers for guidance $guidance and rescale $rescale',
    (each) => {
      const { guidance, rescale, result } = each;
      const got = combineGuidance(outputs, { guidance, rescale, images: 2 });
      // The tolerance is our one rounding to float32; the float64 sums differ by far less.
      for (const [i, value] of result.entries())
        expect(Math.abs((got[i] as number) - value)).toBeLessThanOrEqual(2 ** -24 * Math.abs(value));
    },
  );

  it('gives every image the standard deviation of the network output if rescale is 1', () => {
    // With network ±1, guide 0 and g = 4, the output is ±4. The deviation of the guided output is 4 times the deviation
    // of the network output.
    const network = Float32Array.of(1, -1, 3, 1);
    const guide = Float32Array.of(0, 0, 2, 2);
    const combined = { guidance: 4, images: 2 };
    expect([...combineGuidance([network, guide], { ...combined, rescale: 0 })]).toEqual([4, -4, 6, -2]);
    // The guided output of the second image has mean 2 and deviation 4; the network output has mean 2 and deviation 1. The
    // factor is 1/4.
    expect([...combineGuidance([network, guide], { ...combined, rescale: 1 })]).toEqual([1, -1, 1.5, -0.5]);
    // With φ = 1/2 the factor is 1/2 · 1/4 + 1/2.
    expect([...combineGuidance([network, guide], { ...combined, rescale: 0.5 })]).toEqual([
      2.5, -2.5, 3.75, -1.25,
    ]);
  });

  it('rescales each image by its own values only', () => {
    const alone = combineGuidance([outputs[0].subarray(12), outputs[1].subarray(12)], {
      guidance: 3,
      rescale: 0.7,
      images: 1,
    });
    const both = combineGuidance(outputs, { guidance: 3, rescale: 0.7, images: 2 });
    expect(both.subarray(12)).toEqual(alone);
  });

  it('does not rescale an image without contrast', () => {
    const flat = [new Float32Array(4).fill(2), new Float32Array(4).fill(1)] as const;
    expect([...combineGuidance(flat, { guidance: 3, rescale: 1, images: 1 })]).toEqual([4, 4, 4, 4]);
  });

  it('returns the output of the network if the guide has the same output', () => {
    const same = [outputs[0], outputs[0]] as const;
    expect(combineGuidance(same, { guidance: 5, rescale: 1, images: 2 })).toEqual(outputs[0]);
  });
});
