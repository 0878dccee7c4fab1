import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { timeEncoding } from './time-embedding.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Computes the formula in float64. */
function exact(t: number, features: number, flip: boolean, shift: number): number[] {
  const half = Math.floor(features / 2);
  const angles = Array.from(
    { length: half },
    (_, k) => t * Math.exp((-k * Math.log(10000)) / (half - shift)),
  );
  const halves = [angles.map(Math.sin), angles.map(Math.cos)];
  return [...(flip ? halves.reverse() : halves).flat(), ...(features % 2 === 1 ? [0] : [])];
}

describe('timeEncoding', () => {
  // The network receives timesteps in float32.
  const timesteps = [0, 1, 20, 333.5, 500, 999, 2047, 0.1, 1e-6, 17.3, 499.99, 998.7654, 2046.999].map(
    Math.fround,
  );
  for (const features of [4, 7, 32]) {
    for (const flipSinToCos of [true, false]) {
      for (const freqShift of [0, 1]) {
        it(`equals the formula for ${features} features, flip ${flipSinToCos}, shift ${freqShift}`, () => {
          const encoding = tf.tidy(() =>
            timeEncoding(tf.tensor1d(timesteps), features, { flipSinToCos, freqShift }),
          );
          expect(encoding.shape).toEqual([timesteps.length, features]);
          const got = encoding.dataSync<'float32'>();
          // Turns of up to ½ are rounded twice, by 2⁻²⁶ of a turn each. The polynomial adds about 1.6 roundings at 1.
          const tolerance = 5e-7;
          for (const [i, t] of timesteps.entries()) {
            for (const [j, value] of exact(t, features, flipSinToCos, freqShift).entries()) {
              expect(Math.abs((got[i * features + j] as number) - value)).toBeLessThanOrEqual(tolerance);
            }
          }
          encoding.dispose();
        });
      }
    }
  }

  it('gives 0 for sines and 1 for cosines at t = 0', () => {
    const values = timeEncoding(tf.tensor1d([0]), 4, { flipSinToCos: false, freqShift: 0 }).dataSync();
    expect([...values]).toEqual([0, 0, 1, 1]);
  });
});
