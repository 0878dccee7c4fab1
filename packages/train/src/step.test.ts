import { createUNet2D, initialParameters, parseUNetConfig } from '@isonoise/unet';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { type StepTensors, trainStep } from './step.ts';

it('refuses a network that answers another number of channels, which tfjs would broadcast', async () => {
  await tf.setBackend('cpu');
  const network = createUNet2D(
    parseUNetConfig({
      sample_size: 4,
      in_channels: 3,
      out_channels: 1,
      block_out_channels: [4],
      down_block_types: ['DownBlock2D'],
      up_block_types: ['UpBlock2D'],
      norm_num_groups: 2,
    }),
  );
  const theta = tf.tensor1d(initialParameters(network.parameters, 1));
  const zeros = tf.zerosLike(theta);
  const images: tf.Tensor4D = tf.zeros([2, 3, 4, 4]);
  const one = tf.scalar(1);
  const inputs: StepTensors = {
    theta,
    m: zeros,
    v: zeros,
    ema: theta,
    sample: images,
    timestep: tf.tensor1d([0, 5]),
    target: images,
    weight: tf.tensor1d([1, 1]),
    learningRate: one,
    emaDecay: one,
    correction1: one,
    correction2: one,
  };
  const options = {
    optimizer: 'adam',
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0,
    clipNorm: 1,
  } as const;
  const step = (): unknown => tf.tidy(() => ({ ...trainStep(network, options, inputs) }));
  expect(step).toThrow(expect.objectContaining({ code: 'TRAIN_SHAPE' }));
  expect(step).toThrow('answers [2, 1, 4, 4] to images of which [2, 3, 4, 4] is the target');
});
