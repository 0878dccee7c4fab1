import { namedWeights, traceNetwork } from '@isonoise/export';
import { traceTrainStep } from '../../packages/train/src/traced-step.ts';
import type { BenchFeed } from '../lab/calls/bench.ts';
import { SPEC } from './model-bundle.ts';
import { forwardFlops, stepFlops } from './traced-engine.ts';
import { initialState, networkFeeds, STEP, stepFeeds, workload } from './workload.ts';

/** A graph with values for its inputs, for any build of ONNX Runtime. */
export interface FedGraph {
  readonly model: Uint8Array;
  readonly feeds: readonly BenchFeed[];
  /** Floating-point operations of one run. */
  readonly flops: number;
}

/** The exported network of the model of record. */
export async function networkGraph(batch: number): Promise<FedGraph> {
  const { network } = workload();
  const { channels, height, width } = network.imageShape;
  const { x, t, labels } = networkFeeds(network, batch);
  return {
    model: await traceNetwork(network, namedWeights(network, initialState(network).ema), SPEC),
    feeds: [
      { name: 'sample', dims: [batch, channels, height, width], data: x },
      { name: 'timestep', dims: [batch], data: t },
      { name: 'class_labels', dims: [batch], data: labels },
    ],
    flops: await forwardFlops(network, batch),
  };
}

/**
 * The training step of the model of record, always from the same state: time does not depend on the values.
 */
export async function stepGraph(batch: number): Promise<FedGraph> {
  const { network } = workload();
  const { channels, height, width } = network.imageShape;
  const image = [batch, channels, height, width];
  const { sample, timestep, target, weight, learningRate, emaDecay, step, classLabels } = stepFeeds(
    network,
    batch,
  );
  const scalar = (name: string, value: number): BenchFeed => ({
    name,
    dims: [],
    data: Float32Array.of(value),
  });
  return {
    model: await traceTrainStep(network, STEP, batch),
    feeds: [
      ...Object.entries(initialState(network)).map(([name, data]) => ({ name, dims: [data.length], data })),
      { name: 'sample', dims: image, data: sample },
      { name: 'timestep', dims: [batch], data: timestep },
      { name: 'target', dims: image, data: target },
      { name: 'weight', dims: [batch], data: weight },
      scalar('learning_rate', learningRate),
      scalar('ema_decay', emaDecay),
      scalar('correction1', 1 - STEP.beta1 ** step),
      scalar('correction2', 1 - STEP.beta2 ** step),
      ...(classLabels === undefined ? [] : [{ name: 'class_labels', dims: [batch], data: classLabels }]),
    ],
    flops: await stepFlops(network, batch),
  };
}
