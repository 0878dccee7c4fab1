import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ActivationName, activations } from './activation.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** The definitions of the activations, in float64. */
const DEFINITIONS: { readonly [N in Exclude<ActivationName, 'gelu'>]: (x: number) => number } = {
  silu: (x) => x / (1 + Math.exp(-x)),
  swish: (x) => x / (1 + Math.exp(-x)),
  mish: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
  relu: (x) => Math.max(x, 0),
};

describe('the activation', () => {
  for (const [name, definition] of Object.entries(DEFINITIONS)) {
    it(`${name} equals its definition from −80 to 80, and does not overflow`, () => {
      const x = Float32Array.from({ length: 641 }, (_, i) => (i - 320) / 4);
      const got = activations[name as keyof typeof DEFINITIONS](tf.tensor1d(x)).dataSync();
      for (const [i, value] of x.entries()) {
        // The tolerance allows three roundings to float32, relative to the value, and 1e-30 for values that underflow.
        expect(Math.abs((got[i] as number) - definition(value))).toBeLessThan(
          1e-6 * Math.abs(definition(value)) + 1e-30,
        );
      }
    });
  }
});
