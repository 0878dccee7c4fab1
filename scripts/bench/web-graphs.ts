import { TENSOR_NAMES } from '@isonoise/bundle';
import { namedWeights, traceNetwork } from '@isonoise/export';
import { fedInputs } from '../../packages/train/src/step-inputs.ts';
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

/** Returns the exported benchmark network. */
export async function networkGraph(batch: number): Promise<FedGraph> {
  const { network } = workload();
  const { channels, height, width } = network.imageShape;
  const { x, t, labels } = networkFeeds(network, batch);
  return {
    model: await traceNetwork(network, namedWeights(network, initialState(network).ema), SPEC),
    feeds: [
      { name: TENSOR_NAMES.sample, type: 'float32', dims: [batch, channels, height, width], data: x },
      { name: TENSOR_NAMES.timestep, type: 'float32', dims: [batch], data: t },
      { name: TENSOR_NAMES.classLabels, type: 'int32', dims: [batch], data: labels },
    ],
    flops: await forwardFlops(network, batch),
  };
}

/**
 * Returns the training step of the benchmark network. Each run begins with the initial state, because the time does not
 * depend on the values.
 */
export async function stepGraph(batch: number): Promise<FedGraph> {
  const { network } = workload();
  const fed = fedInputs(network, batch, stepFeeds(network, batch), STEP);
  return {
    model: await traceTrainStep(network, STEP, batch),
    feeds: [
      ...Object.entries(initialState(network)).map(([name, data]) => ({
        name,
        type: 'float32' as const,
        dims: [data.length],
        data,
      })),
      ...fed.map(({ name, dtype, shape, values }) => ({ name, type: dtype, dims: shape, data: values })),
    ],
    flops: await stepFlops(network, batch),
  };
}
