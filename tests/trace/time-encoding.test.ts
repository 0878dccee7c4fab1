import type * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { timeEncoding } from '../../packages/network/src/time-embedding.ts';
import { float32, runEager, runTraced } from '../support/trace-and-run.ts';

// tfjs's cpu backend computes each value in float64 and rounds it, ONNX Runtime in vectors of float32: two that share
// no code, and no sine of one has the bits of the other's.
it.each([32, 7])('%s features: ONNX Runtime gives the bits of tfjs, at every timestep', async (features) => {
  const timesteps = Array.from({ length: 1000 }, (_, t) => t);
  const encode = (t: tf.Tensor): tf.Tensor =>
    timeEncoding(t as tf.Tensor1D, features, { flipSinToCos: true, freqShift: 0 });
  const inputs = [float32([1000], timesteps)];
  const [eager] = await runEager(encode, inputs);
  const { outputs } = await runTraced(encode, inputs);
  expect(eager?.values.length).toBe(1000 * features);
  expect(outputs).toEqual([eager]);
});
