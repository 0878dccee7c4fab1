import { TENSOR_NAMES } from '@isonoise/bundle';
import { namedWeights } from '@isonoise/export';
import type { Network } from '@isonoise/network';
import { countFlops } from '@isonoise/onnx';
import { traceModel } from '@isonoise/trace';
import { createOnnxRuntimeEngine, type Engine, findChannelBlock, type SessionFactory } from '@isonoise/train';
import type * as tf from '@tensorflow/tfjs-core';
import { createNodeSession } from '../../packages/cli/src/node-session.ts';
import { trainStepModel } from '../../packages/train/src/traced-step.ts';
import { initialState, STEP } from './workload.ts';

/** Creates a training engine with the settings of `pnpm train`. */
export async function tracedEngine(
  network: Network,
  batchSize: number,
  threads: number,
  createSession: SessionFactory = createNodeSession({ provider: 'cpu', threads }),
): Promise<Engine> {
  const state = initialState(network);
  return createOnnxRuntimeEngine({
    network,
    step: STEP,
    batchSize,
    state,
    createSession,
    device: 'cpu',
    channelBlock: await findChannelBlock(createSession),
  });
}

/**
 * Counts the floating-point operations of the convolutions and matrix products in one training step.
 */
export async function stepFlops(network: Network, batchSize: number): Promise<number> {
  const { graph } = await trainStepModel(network, STEP, batchSize, { valueInfos: true });
  return countFlops(graph);
}

/** Counts the floating-point operations of one forward pass of the exported network, as {@link stepFlops} does. */
export async function forwardFlops(network: Network, batch: number): Promise<number> {
  const { channels, height, width } = network.imageShape;
  const weights = namedWeights(network, initialState(network).ema);
  const { graph } = await traceModel(
    (sample, timestep, classLabels, ...tensors) =>
      network.forward(tensors, {
        sample: sample as tf.Tensor4D,
        timestep: timestep as tf.Tensor1D,
        classLabels: classLabels as tf.Tensor1D,
      }),
    [
      { name: TENSOR_NAMES.sample, shape: [batch, channels, height, width] },
      { name: TENSOR_NAMES.timestep, shape: [batch] },
      { name: TENSOR_NAMES.classLabels, shape: [batch], dtype: 'int32' },
      ...weights.map(({ name, shape, data }) => ({ name, shape, values: data as Float32Array })),
    ],
    { valueInfos: true },
  );
  return countFlops(graph);
}
