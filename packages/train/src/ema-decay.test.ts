import { describe, expect, it } from 'vitest';
import { describeAverage, emaDecayAt, emaDecaysAt } from './ema-decay.ts';

describe('emaDecayAt', () => {
  it('rises during warmup as in TensorFlow and diffusers', () => {
    const ema = { decay: 0.999, warmup: true };
    expect([1, 2, 91].map((step) => emaDecayAt(ema, step))).toEqual([1 / 10, 2 / 11, 91 / 100]);
    // (1 + n)/(10 + n) is 0.999 at n = 8990.
    expect(emaDecayAt(ema, 8991)).toBe(0.999);
    expect(emaDecayAt(ema, 8900)).toBeLessThan(0.999);
    expect(emaDecayAt(ema, 1e6)).toBe(0.999);
  });

  it('is constant without warmup', () => {
    expect(emaDecayAt({ decay: 0.9, warmup: false }, 1)).toBe(0.9);
  });
});

describe('emaDecaysAt', () => {
  it('returns one decay for an exponential average', () => {
    const ema = { kind: 'exponential', decay: 0.99, warmup: false } as const;
    expect(emaDecaysAt(ema, 3)).toEqual({ emaDecay: 0.99 });
    expect(describeAverage(ema)).toBe('exponential average, decay 0.99');
  });

  it('returns the decay of each power-function average', () => {
    const ema = { kind: 'power', lengths: [0.1, 0.05], snapshots: 24 } as const;
    expect(emaDecaysAt(ema, 1)).toEqual({ emaDecay: 0, ema2Decay: 0 });
    const { emaDecay, ema2Decay } = emaDecaysAt(ema, 1000);
    // The decays are (1 − 1/1000)^(γ + 1) with γ = 6.9372 and γ = 16.9722.
    expect(emaDecay).toBeCloseTo(0.999 ** 7.9372039, 9);
    expect(ema2Decay).toBeCloseTo(0.999 ** 17.9721986, 9);
    expect(describeAverage(ema)).toBe('power-function average, length 0.1');
    expect(describeAverage(ema, 0.07)).toBe('power-function average, length 0.07');
  });
});
