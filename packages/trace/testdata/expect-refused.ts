import { IsonoiseError } from '@isonoise/error';
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { type TensorSpec, type TraceErrorCode, trace } from '../src/index.ts';

/**
 * Returns the state of tfjs that a refused trace must not change: the backend, the numbers of tensors, buffers and
 * bytes, and all variables with their values.
 */
export function state(): unknown {
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  const variables = Object.entries(tf.engine().registeredVariables).map(([name, variable]) => ({
    name,
    isDisposed: variable.isDisposed,
    values: Array.from(variable.dataSync()),
  }));
  return { backend: tf.getBackend(), numTensors, numDataBuffers, numBytes, variables };
}

/** Expects that `trace` rejects with the code and a message that contains all `parts`, and does not change tfjs. */
export async function expectRefused(
  fn: (...x: tf.Tensor[]) => tf.Tensor | tf.Tensor[],
  specs: readonly TensorSpec[],
  code: TraceErrorCode,
  ...parts: string[]
): Promise<void> {
  const before = state();
  const error = await trace(fn, specs).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(IsonoiseError);
  expect((error as IsonoiseError).code).toBe(code);
  for (const part of parts) expect((error as IsonoiseError).message).toContain(part);
  expect(state()).toEqual(before);
}
