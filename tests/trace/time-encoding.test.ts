import type * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { timeEncoding } from '../../packages/network/src/time-embedding.ts';
import { float32, runEager, runTraced } from '../support/trace-and-run.ts';

// tfjs's cpu backend computes each value in float64 and rounds it; ONNX Runtime computes with float32
// vectors. The last bits of their `sin` and `cos` ops differ, so the encoding must not use these ops.
it.each([32, 7])(
  'the time encoding of whole and fractional times with %s features has the same bits in ONNX Runtime and tfjs',
  async (features) => {
    const timesteps = Array.from({ length: 2000 }, (_, i) => (i < 1000 ? i : (i - 1000) * 0.99937));
    const encode = (t: tf.Tensor): tf.Tensor =>
      timeEncoding(t as tf.Tensor1D, features, { flipSinToCos: true, freqShift: 0 });
    const inputs = [float32([2000], timesteps)];
    const [eager] = await runEager(encode, inputs);
    const { outputs } = await runTraced(encode, inputs);
    expect(eager?.values.length).toBe(2000 * features);
    expect(outputs).toEqual([eager]);
  },
);
