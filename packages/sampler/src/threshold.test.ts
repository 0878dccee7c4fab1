import { expect, it } from 'vitest';
import { isThreshold, thresholdImages } from './threshold.ts';

it('thresholdImages scales each image by its own quantile', () => {
  // |x_0| sorted: 0, 1, 2, 4. At ratio 0.5 the rank is 1.5, between 1 and 2.
  const x0 = Float64Array.of(-4, 0, 1, 2, 0.5, -0.5, 0.25, 0);
  thresholdImages(x0, 2, { ratio: 0.5, max: 10 });
  expect([...x0]).toEqual([-1, 0, 1 / 1.5, 1, 0.5, -0.5, 0.25, 0]);
});

it('thresholdImages limits the threshold to max, and clips with 1', () => {
  const limited = Float64Array.of(-4, 0, 1, 3);
  thresholdImages(limited, 1, { ratio: 1, max: 2 });
  expect([...limited]).toEqual([-1, 0, 0.5, 1]);
  const clipped = Float64Array.of(-4, 0, 0.75, 3);
  thresholdImages(clipped, 1, { ratio: 1, max: 1 });
  expect([...clipped]).toEqual([-1, 0, 0.75, 1]);
});

it.each([
  [{ ratio: 0.995, max: 1 }, true],
  [{ ratio: 0, max: 100 }, true],
  [{ ratio: 1.5, max: 1 }, false],
  [{ ratio: 0.5, max: 0.5 }, false],
  [{ ratio: 0.5, max: Number.POSITIVE_INFINITY }, false],
  [{ ratio: 0.5 }, false],
  [{ ratio: 0.5, max: 1, other: 1 }, false],
  [0.995, false],
])('isThreshold of %j is %s', (value, expected) => {
  expect(isThreshold(value)).toBe(expected);
});
