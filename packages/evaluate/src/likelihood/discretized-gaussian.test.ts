import { expect, it } from 'vitest';
import { discretizedLogLikelihood } from './discretized-gaussian.ts';

it.each([
  [0.1, 0.3],
  [-0.98, 0.002],
  [3, 0.01],
])(
  'discretizedLogLikelihood gives probabilities that sum to 1 for mean %d and standard deviation %d',
  (mean, deviation) => {
    const total = Array.from({ length: 256 }, (_, byte) =>
      Math.exp(discretizedLogLikelihood(byte / 127.5 - 1, mean, deviation)),
    ).reduce((sum, each) => sum + each, 0);
    expect(total).toBeCloseTo(1, 12);
  },
);

it('discretizedLogLikelihood of a grey byte is the log of (density × width) for a wide distribution', () => {
  const x = 100 / 127.5 - 1;
  const density = Math.exp(-(((x - 0.2) / 2) ** 2) / 2) / 2 / Math.sqrt(2 * Math.PI);
  // The mean density over the interval differs from the density in its middle by a share of (2/255)² / 24 / 2², or
  // 6e-7.
  expect(discretizedLogLikelihood(x, 0.2, 2)).toBeCloseTo(Math.log((density * 2) / 255), 5);
});

it('discretizedLogLikelihood stays finite far from the byte', () => {
  expect(discretizedLogLikelihood(-1, 1, 0.001)).toBeCloseTo(-((2 - 1 / 255) ** 2) / 2e-6, -2);
});
