import { type Network, parameterCount } from '@isonoise/network';
import { encodeModel, type Model } from '@isonoise/onnx';
import { type TensorSpec, type TraceOptions, trace, traceModel } from '@isonoise/trace';
import type * as tf from '@tensorflow/tfjs-core';
import { splitParameters } from './flat-parameters.ts';
import { type StepOptions, type StepTensors, trainStep } from './step.ts';

/** Names of the state in the step's graph: what goes in under a name comes out as `next_<name>`. */
export const STATE_NAMES = ['theta', 'm', 'v', 'ema'] as const;

/** Inputs of the network besides the image, in the traced graphs. */
function conditions(network: Network, batch: number | string, training: boolean): TensorSpec[] {
  return [
    ...(network.numClassEmbeds === undefined
      ? []
      : [{ name: 'class_labels', shape: [batch], dtype: 'int32' } as const]),
    ...(training && network.dropoutUnits > 0
      ? [{ name: 'dropout_keep', shape: [batch, network.dropoutUnits], dtype: 'bool' } as const]
      : []),
  ];
}

/**
 * The training step as an ONNX graph for a fixed batch size: loss, gradients, clipping, Adam and EMA.
 *
 * @param channelBlock see `TraceOptions`; default none
 * @returns bytes of a model with inputs theta, m, v, ema, sample, timestep, target, weight, learning_rate, ema_decay,
 *   correction1, correction2 (class_labels, dropout_keep where the network has them) and outputs loss, grad_norm,
 *   next_theta, next_m, next_v, next_ema
 */
export async function traceTrainStep(
  network: Network,
  options: StepOptions,
  batchSize: number,
  channelBlock?: number,
): Promise<Uint8Array> {
  return encodeModel(await trainStepModel(network, options, batchSize, { channelBlock }));
}

/** `traceTrainStep` before encoding. */
export async function trainStepModel(
  network: Network,
  options: StepOptions,
  batchSize: number,
  traceOptions: Pick<TraceOptions, 'channelBlock' | 'valueInfos'> = {},
): Promise<Model> {
  const { channels, height, width } = network.imageShape;
  const flat = [parameterCount(network.parameters)];
  const image = [batchSize, channels, height, width];
  const specs: TensorSpec[] = [
    ...STATE_NAMES.map((name) => ({ name, shape: flat })),
    { name: 'sample', shape: image },
    { name: 'timestep', shape: [batchSize] },
    { name: 'target', shape: image },
    { name: 'weight', shape: [batchSize] },
    ...['learning_rate', 'ema_decay', 'correction1', 'correction2'].map((name) => ({ name, shape: [] })),
    ...conditions(network, batchSize, true),
  ];
  const step = (...tensors: tf.Tensor[]): tf.Tensor[] => {
    const by = new Map(specs.map(({ name }, i) => [name, tensors[i]]));
    const take = <T extends tf.Tensor>(name: string): T => by.get(name) as T;
    const [classLabels, dropoutKeep] = [by.get('class_labels'), by.get('dropout_keep')];
    const inputs: StepTensors = {
      theta: take('theta'),
      m: take('m'),
      v: take('v'),
      ema: take('ema'),
      sample: take('sample'),
      timestep: take('timestep'),
      target: take('target'),
      weight: take('weight'),
      learningRate: take('learning_rate'),
      emaDecay: take('ema_decay'),
      correction1: take('correction1'),
      correction2: take('correction2'),
      ...(classLabels ? { classLabels: classLabels as tf.Tensor1D } : {}),
      ...(dropoutKeep ? { dropoutKeep: dropoutKeep as tf.Tensor2D } : {}),
    };
    const { loss, gradNorm, theta, m, v, ema } = trainStep(network, options, inputs);
    return [loss, gradNorm, theta, m, v, ema];
  };
  const outputNames = ['loss', 'grad_norm', ...STATE_NAMES.map((name) => `next_${name}`)];
  return traceModel(step, specs, { ...traceOptions, outputNames, graphName: 'train_step' });
}

/** The network over a flat vector of weights, for any batch size: sample grids while training. */
export async function tracePrediction(network: Network, channelBlock?: number): Promise<Uint8Array> {
  const { channels, height, width } = network.imageShape;
  const specs: TensorSpec[] = [
    { name: 'theta', shape: [parameterCount(network.parameters)] },
    { name: 'sample', shape: ['batch', channels, height, width] },
    { name: 'timestep', shape: ['batch'] },
    ...conditions(network, 'batch', false),
  ];
  return trace(
    (theta, sample, timestep, classLabels) =>
      network.forward(splitParameters(theta as tf.Tensor1D, network.parameters), {
        sample: sample as tf.Tensor4D,
        timestep: timestep as tf.Tensor1D,
        ...(classLabels ? { classLabels: classLabels as tf.Tensor1D } : {}),
      }),
    specs,
    { outputNames: ['out_sample'], graphName: 'prediction', channelBlock },
  );
}
