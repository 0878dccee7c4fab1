import { describe, expect, it } from 'vitest';
import { emaDecayAt } from './ema-decay.ts';

describe('emaDecayAt', () => {
  it('warms up as in TensorFlow and diffusers', () => {
    const ema = { decay: 0.999, warmup: true };
    expect([1, 2, 91].map((step) => emaDecayAt(ema, step))).toEqual([1 / 10, 2 / 11, 91 / 100]);
    // (1 + n)/(10 + n) = 0.999 at n = 8990.
    expect(emaDecayAt(ema, 8991)).toBe(0.999);
    expect(emaDecayAt(ema, 8900)).toBeLessThan(0.999);
    expect(emaDecayAt(ema, 1e6)).toBe(0.999);
  });

  it('is constant without warmup', () => {
    expect(emaDecayAt({ decay: 0.9, warmup: false }, 1)).toBe(0.9);
  });
});
