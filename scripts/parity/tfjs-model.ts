import { createRequire } from 'node:module';
import path from 'node:path';
import { type Bundle, type BundleFiles, readWeights } from '@isonoise/bundle';
import { precisionOf } from '@isonoise/export';
import { createNetwork } from '@isonoise/network';
import { createModel, type Model } from '@isonoise/runtime';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { graphWeights } from './graph-weights.ts';

/**
 * Loads the network of a bundle from its safetensors and runs it eagerly on tfjs's wasm backend, without ONNX. The
 * weights of the graph are used if the safetensors contain different weights: if the graph has int8 weights, or if
 * the graph has float32 weights and the safetensors have float16 weights.
 *
 * @throws Error if the backend did not start, or a weight of the network is missing
 */
export async function tfjsModel(bundle: Bundle, files: BundleFiles): Promise<Model> {
  const { spec, manifest, networkConfig, onnx } = bundle;
  const { network } = createNetwork(networkConfig);
  const { tensors, half } = await readWeights(files, manifest);
  await startWasm();
  const precision = precisionOf(onnx);
  const isOther = precision === 'int8' || (precision === 'float32' && half);
  const stored = new Map([...tensors].map(([name, { data }]) => [name, data]));
  const ofGraph = isOther ? graphWeights(onnx) : undefined;
  const weights = network.parameters.map(({ name, shape }) => {
    const data = (ofGraph ?? stored).get(name);
    if (!(data instanceof Float32Array))
      throw new Error(
        `tfjs: the bundle lacks the float32 tensor ${name}; expected all weights of its network.`,
      );
    return tf.tensor(data, [...shape], 'float32');
  });
  const { channels, height, width } = spec.image;
  return createModel({
    spec,
    golden: manifest.golden,
    provider: { name: 'wasm', reason: `tfjs ${tf.version_core}, eagerly` },
    async denoise(x, t, condition) {
      const answer = tf.tidy(() =>
        network.forward(weights, {
          sample: tf.tensor4d(x, [t.length, channels, height, width]),
          timestep: tf.tensor1d(t),
          ...(condition instanceof Int32Array && { classLabels: tf.tensor1d(condition, 'int32') }),
          ...(condition instanceof Float32Array && {
            tags: tf.tensor2d(condition, [t.length, condition.length / t.length]),
          }),
        }),
      );
      const values = await answer.data<'float32'>();
      answer.dispose();
      return values;
    },
    async dispose() {
      tf.dispose(weights);
    },
  });
}

async function startWasm(): Promise<void> {
  // In Node the package cannot find its own .wasm files, and its threads would keep the process alive.
  const root = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  setWasmPaths(path.join(path.dirname(root), 'dist') + path.sep);
  setThreadsCount(1);
  if (!(await tf.setBackend('wasm')))
    throw new Error('tfjs: the wasm backend did not start; expected it to be available.');
  await tf.ready();
}
