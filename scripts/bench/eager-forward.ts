// This module runs in Node and in a page.
import { namedWeights } from '@isonoise/export';
import type { Network } from '@isonoise/network';
import * as tf from '@tensorflow/tfjs-core';
import { initialState, networkFeeds } from './workload.ts';

export interface EagerForward {
  /** Runs one pass over the batch and reads its output. */
  run(): Promise<unknown>;
  dispose(): void;
}

/**
 * Prepares the network to run eagerly on tfjs's current backend. Each weight is a separate tensor from the start, as
 * in a program that only samples. A training engine slices the weights out of one vector in each pass; with tfjs wasm,
 * the slicing takes more than a second.
 */
export function eagerForward(network: Network, batch: number): EagerForward {
  const weights = namedWeights(network, initialState(network).ema).map(({ data, shape }) =>
    tf.tensor(data as Float32Array, [...shape], 'float32'),
  );
  const { channels, height, width } = network.imageShape;
  const { x, t, labels } = networkFeeds(network, batch);
  return {
    async run() {
      const answer = tf.tidy(() =>
        network.forward(weights, {
          sample: tf.tensor4d(x, [batch, channels, height, width]),
          timestep: tf.tensor1d(t),
          classLabels: tf.tensor1d(labels, 'int32'),
        }),
      );
      const values = await answer.data();
      answer.dispose();
      return values;
    },
    dispose: () => tf.dispose(weights),
  };
}
