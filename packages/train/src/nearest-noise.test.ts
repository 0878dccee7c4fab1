import { fillNormals } from '@isonoise/random';
import { expect, it } from 'vitest';
import { fillNearestNoise } from './nearest-noise.ts';

const SIZE = 16;
const image = Float32Array.from({ length: SIZE }, (_, i) => Math.sin(i));
const stream = { seed: 3, image: 1, step: 9 };

function noiseOf(candidates: number, of = stream): Float32Array {
  const out = new Float32Array(SIZE);
  fillNearestNoise(out, image, candidates, of);
  return out;
}

const distance = (noise: Float32Array): number =>
  noise.reduce((sum, value, i) => sum + (value - (image[i] as number)) ** 2, 0);

it('fillNearestNoise with one candidate returns the noise of the documented stream', () => {
  const expected = new Float32Array(SIZE);
  fillNormals(expected, { ...stream, purpose: 'forwardNoise' });
  expect(noiseOf(1)).toEqual(expected);
});

it('fillNearestNoise returns the nearest noise of the draws 0 to k − 1', () => {
  const candidates = Array.from({ length: 8 }, (_, draw) => {
    const noise = new Float32Array(SIZE);
    fillNormals(noise, { ...stream, purpose: 'forwardNoise', draw });
    return noise;
  });
  for (const k of [1, 2, 5, 8]) {
    const least = Math.min(...candidates.slice(0, k).map(distance));
    expect(candidates.slice(0, k).map(distance)).toContain(distance(noiseOf(k)));
    expect(distance(noiseOf(k))).toBe(least);
  }
});

it('fillNearestNoise returns noises whose mean distance is the expected smallest of k distances', () => {
  // The squared distance of a normal vector to x is noncentral χ² with mean n + ‖x‖² and variance 2n + 4‖x‖². For
  // large n, it is nearly normal. The least of 4 normals is on average 1.0294 deviations below the mean.
  const n = 400;
  const clean = new Float32Array(n).fill(0.5);
  const out = new Float32Array(n);
  let sum = 0;
  const draws = 500;
  for (let step = 1; step <= draws; step++) {
    fillNearestNoise(out, clean, 4, { seed: 1, image: 0, step });
    sum += out.reduce((total, value) => total + (value - 0.5) ** 2, 0) / draws;
  }
  const deviation = Math.sqrt(2 * n + 4 * n * 0.25);
  // The standard deviation of the least of 4 is 0.70 deviations, so four standard deviations of the mean of 500 are
  // 0.125. The skewness of χ² (2.8/√400 = 0.14) shifts the value by at most 0.05.
  expect(Math.abs((sum - 1.25 * n) / deviation + 1.0294)).toBeLessThan(0.175);
});
