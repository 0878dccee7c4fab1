import { describe, expect, it } from 'vitest';
import { fillWords, type NoiseStream, purposes } from './noise-stream.ts';
import { philox4x32 } from './philox.ts';

const stream: NoiseStream = { seed: 0x1_00000002, image: 5, step: 9, purpose: 'stepNoise' };

describe('fillWords', () => {
  it('writes Philox words of the counter (block, step, image, purpose) with the seed as key', () => {
    const out = new Uint32Array(6);
    fillWords(out, stream);
    const blocks = [0, 1].flatMap((block) => [...philox4x32([block, 9, 5, purposes.stepNoise], [2, 1])]);
    expect([...out]).toEqual(blocks.slice(0, 6));
  });

  it('stores the draw (default 0) in the upper 24 bits of the last counter word, above the purpose', () => {
    const words = (draw?: number): number[] => {
      const out = new Uint32Array(4);
      fillWords(out, { ...stream, draw });
      return [...out];
    };
    expect(words(0)).toEqual(words());
    expect(words(3)).toEqual([...philox4x32([0, 9, 5, purposes.stepNoise + 768], [2, 1])]);
    for (const wrong of [-1, 0.5, 2 ** 24]) {
      expect(() => words(wrong)).toThrow(expect.objectContaining({ code: 'RANDOM_STREAM' }));
    }
  });

  it('starts at any block', () => {
    const whole = new Uint32Array(64);
    fillWords(whole, stream);
    const part = new Uint32Array(10);
    fillWords(part, stream, 40);
    expect([...part]).toEqual([...whole.subarray(40, 50)]);
  });

  it('writes different words if any field of the stream changes', () => {
    const first = (changed: Partial<NoiseStream>): string => {
      const out = new Uint32Array(4);
      fillWords(out, { ...stream, ...changed });
      return out.join();
    };
    const all = [
      first({}),
      first({ seed: 0x1_00000003 }),
      first({ seed: 0x2_00000002 }),
      first({ image: 6 }),
      first({ step: 10 }),
      first({ draw: 1 }),
      ...Object.keys(purposes)
        .filter((purpose) => purpose !== 'stepNoise')
        .map((purpose) => first({ purpose: purpose as NoiseStream['purpose'] })),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('refuses values that are not counter words', () => {
    const out = new Uint32Array(4);
    const refused = { code: 'RANDOM_STREAM' };
    for (const wrong of [-1, 0.5, 2 ** 32, Number.NaN]) {
      expect(() => fillWords(out, { ...stream, image: wrong })).toThrow(expect.objectContaining(refused));
      expect(() => fillWords(out, { ...stream, step: wrong })).toThrow(expect.objectContaining(refused));
    }
    expect(() => fillWords(out, stream, 2)).toThrow(expect.objectContaining(refused));
    for (const wrong of ['noise', 'toString']) {
      const purpose = wrong as NoiseStream['purpose'];
      expect(() => fillWords(out, { ...stream, purpose })).toThrow(/expected one of initialNoise, stepNoise/);
    }
  });

  it('keeps the numbers of the purposes, on which saved runs depend', () => {
    expect(purposes).toEqual({
      initialNoise: 0,
      stepNoise: 1,
      forwardNoise: 2,
      timesteps: 3,
      dataOrder: 4,
      flips: 5,
      labelDropout: 6,
      dropout: 7,
      parameterInit: 8,
      dequantization: 9,
      probes: 10,
      augmentation: 11,
    });
  });
});
