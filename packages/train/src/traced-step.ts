import { TENSOR_NAMES } from '@isonoise/bundle';
import { type Network, parameterCount } from '@isonoise/network';
import { encodeModel, type Model } from '@isonoise/onnx';
import { type TensorSpec, type TraceOptions, trace, traceModel } from '@isonoise/trace';
import type * as tf from '@tensorflow/tfjs-core';
import { splitParameters } from './flat-parameters.ts';
import { trainStep } from './step.ts';
import { dataInputs, type StepInput, stepInputsOf, stepTensors } from './step-inputs.ts';
import type { StepOptions } from './step-options.ts';
import { slotNames } from './train-state.ts';

/** Converts inputs to specifications for the tracer. */
export const specsOf = (inputs: readonly StepInput<number | string>[]): TensorSpec[] =>
  inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype }));

/**
 * Traces the training step into an ONNX graph for a fixed batch size: loss, gradients,
 * clipping, optimizer and EMA.
 *
 * @param channelBlock channels per block, as in `TraceOptions`. Default: no blocks
 * @returns bytes of a model with the inputs of `stepInputsOf`, and the outputs `loss`, `grad_norm` and `next_<slot>` for
 *   each vector of the state
 */
export async function traceTrainStep(
  network: Network,
  options: StepOptions,
  batchSize: number,
  channelBlock?: number,
): Promise<Uint8Array> {
  return encodeModel(await trainStepModel(network, options, batchSize, { channelBlock }));
}

/** Traces the training step as {@link traceTrainStep} does, without encoding the model. */
export async function trainStepModel(
  network: Network,
  options: StepOptions,
  batchSize: number,
  traceOptions: Pick<TraceOptions, 'channelBlock' | 'valueInfos'> = {},
): Promise<Model> {
  const inputs = stepInputsOf(network, options, batchSize);
  const slots = slotNames(options);
  const step = (...tensors: tf.Tensor[]): tf.Tensor[] => {
    const { loss, gradNorm, state } = trainStep(network, options, stepTensors(inputs, tensors));
    return [loss, gradNorm, ...slots.map((slot) => state[slot] as tf.Tensor)];
  };
  const outputNames = ['loss', 'grad_norm', ...slots.map(nextName)];
  return traceModel(step, specsOf(inputs), { ...traceOptions, outputNames, graphName: 'train_step' });
}

/** Returns the name of the output that replaces a vector of the state. */
export function nextName(slot: string): string {
  return `next_${slot}`;
}

/**
 * Traces the network with a flat vector of weights, for any batch size. Sample sheets during training use this graph.
 */
export async function tracePrediction(network: Network, channelBlock?: number): Promise<Uint8Array> {
  return trace(
    (theta, sample, timestep, condition) =>
      network.forward(splitParameters(theta as tf.Tensor1D, network.parameters), {
        sample: sample as tf.Tensor4D,
        timestep: timestep as tf.Tensor1D,
        // A network has at most one of tags and classes.
        ...(network.numTags === undefined
          ? { classLabels: condition as tf.Tensor1D | undefined }
          : { tags: condition as tf.Tensor2D }),
      }),
    [
      { name: 'theta', shape: [parameterCount(network.parameters)], dtype: 'float32' },
      ...specsOf(dataInputs(['sample', 'timestep', 'classLabels', 'tags'], network, 'batch')),
    ],
    { outputNames: [TENSOR_NAMES.output], graphName: 'prediction', channelBlock },
  );
}
