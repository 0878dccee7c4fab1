import { expect, it } from 'vitest';
import { reference } from '../testdata/reference.ts';
import { normalTail } from './normal-tail.ts';

it('normalTail equals that of SciPy, also far out', () => {
  for (const [z, tail] of reference.normalTails) {
    // The series loses up to two of 16 digits below z = 2.83, where it is subtracted from 1.
    expect([z, Math.abs(normalTail(z) / tail - 1) < 1e-12]).toEqual([z, true]);
  }
});
