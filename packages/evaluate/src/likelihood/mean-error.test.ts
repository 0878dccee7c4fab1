import { expect, it } from 'vitest';
import { meanError } from './mean-error.ts';

it('meanError is the mean with the standard error of independent values', () => {
  expect(meanError([1, 2, 3, 6])).toEqual({ mean: 3, error: Math.sqrt(14 / 3 / 4) });
  expect(meanError([5]).error).toBeNaN();
});
