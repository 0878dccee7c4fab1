import { TENSOR_NAMES } from '@isonoise/bundle';
import type { Network } from '@isonoise/network';
import { encodeModel, type Model } from '@isonoise/onnx';
import { type TensorSpec, type TraceOptions, trace, traceModel } from '@isonoise/trace';
import type * as tf from '@tensorflow/tfjs-core';
import { splitParameters } from './flat-parameters.ts';
import { trainStep } from './step.ts';
import {
  graphName,
  STATE_SLOTS,
  STEP_INPUTS,
  type StateSlot,
  type StepInput,
  type StepTensors,
  shapeOf,
  stepInputsOf,
} from './step-inputs.ts';
import type { StepOptions } from './update-state.ts';

/** Inputs as specifications for the tracer. */
const specsOf = (inputs: readonly StepInput[], network: Network, batch: number | string): TensorSpec[] =>
  inputs.map((input) => ({
    name: graphName(input),
    shape: shapeOf(input, network, batch),
    dtype: STEP_INPUTS[input].dtype,
  }));

/**
 * Traces the training step into an ONNX graph for a fixed batch size: loss, gradients,
 * clipping, Adam and EMA.
 *
 * @param channelBlock see `TraceOptions`; default none
 * @returns bytes of a model with those inputs of `STEP_INPUTS` that the network has, and the outputs `loss`,
 *   `grad_norm` and `next_<slot>` for each of `STATE_SLOTS`
 */
export async function traceTrainStep(
  network: Network,
  options: StepOptions,
  batchSize: number,
  channelBlock?: number,
): Promise<Uint8Array> {
  return encodeModel(await trainStepModel(network, options, batchSize, { channelBlock }));
}

/** Like {@link traceTrainStep}, without encoding the model. */
export async function trainStepModel(
  network: Network,
  options: StepOptions,
  batchSize: number,
  traceOptions: Pick<TraceOptions, 'channelBlock' | 'valueInfos'> = {},
): Promise<Model> {
  const inputs = stepInputsOf(network);
  const step = (...tensors: tf.Tensor[]): tf.Tensor[] => {
    const named = Object.fromEntries(inputs.map((input, i) => [input, tensors[i]]));
    const { loss, gradNorm, ...next } = trainStep(network, options, named as StepTensors);
    return [loss, gradNorm, ...STATE_SLOTS.map((slot) => next[slot])];
  };
  const outputNames = ['loss', 'grad_norm', ...STATE_SLOTS.map(nextName)];
  const specs = specsOf(inputs, network, batchSize);
  return traceModel(step, specs, { ...traceOptions, outputNames, graphName: 'train_step' });
}

/** Name of the output that replaces a vector of the state. */
export function nextName(slot: StateSlot): string {
  return `next_${slot}`;
}

/** Inputs of the prediction, in the order of {@link STEP_INPUTS}. */
const PREDICTION_INPUTS: readonly StepInput[] = ['theta', 'sample', 'timestep', 'classLabels'];

/**
 * Traces the network with a flat vector of weights, for any batch size; used for sample
 * grids during training.
 */
export async function tracePrediction(network: Network, channelBlock?: number): Promise<Uint8Array> {
  const inputs = stepInputsOf(network).filter((input) => PREDICTION_INPUTS.includes(input));
  return trace(
    (theta, sample, timestep, classLabels) =>
      network.forward(splitParameters(theta as tf.Tensor1D, network.parameters), {
        sample: sample as tf.Tensor4D,
        timestep: timestep as tf.Tensor1D,
        classLabels: classLabels as tf.Tensor1D | undefined,
      }),
    specsOf(inputs, network, 'batch'),
    { outputNames: [TENSOR_NAMES.output], graphName: 'prediction', channelBlock },
  );
}
