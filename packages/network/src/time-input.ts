import * as tf from '@tensorflow/tfjs-core';
import type { ParameterList, Weights } from './parameters.ts';
import { fourierEncoding, timeEncoding } from './time-embedding.ts';
import type { UNet2DConfig } from './unet2d-fields.ts';

/** Types of the encoding of timesteps, as in diffusers. */
export const TIME_TYPES = ['positional', 'fourier', 'learned'] as const;

/** The encoding of timesteps, before its two linear layers. */
export interface TimeInput {
  /** Length of the encoding. */
  readonly features: number;
  /** `[B] -> [B, features]`. */
  encode(weights: Weights, timestep: tf.Tensor1D): tf.Tensor2D;
}

/** Makes the encoding of timesteps of a configuration. */
export function timeInput(
  parameters: ParameterList,
  {
    time_embedding_type: type,
    block_out_channels: [first = 0],
    flip_sin_to_cos: flipSinToCos,
    freq_shift: freqShift,
    num_train_timesteps: timesteps,
  }: UNet2DConfig,
): TimeInput {
  if (type === 'positional') {
    return {
      features: first,
      encode: (_weights, timestep) => timeEncoding(timestep, first, { flipSinToCos, freqShift }),
    };
  }
  if (type === 'fourier') {
    const frequencies = parameters.add({ name: 'time_proj.weight', shape: [first], initializer: 'normal' });
    return {
      features: 2 * first,
      encode: (weights, timestep) => fourierEncoding(timestep, frequencies(weights) as tf.Tensor1D),
    };
  }
  const rows = parameters.add({
    name: 'time_proj.weight',
    shape: [timesteps ?? 0, first],
    initializer: 'normal',
  });
  return {
    features: first,
    encode: (weights, timestep) =>
      tf.gather(rows(weights) as tf.Tensor2D, tf.cast(timestep, 'int32')) as tf.Tensor2D,
  };
}
