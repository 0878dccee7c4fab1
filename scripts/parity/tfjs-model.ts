import { createRequire } from 'node:module';
import path from 'node:path';
import { type Bundle, type BundleFiles, readWeights } from '@isonoise/bundle';
import { createNetwork } from '@isonoise/network';
import { createModel, type Model } from '@isonoise/runtime';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The network of a bundle, run eagerly by tfjs's wasm backend from its safetensors: no ONNX has a part in it.
 *
 * @throws Error the backend could not be started, or the weights are not those of the network
 */
export async function tfjsModel(bundle: Bundle, files: BundleFiles): Promise<Model> {
  const { spec, manifest, networkConfig } = bundle;
  const { network } = createNetwork(networkConfig);
  const { tensors } = await readWeights(files, manifest);
  await startWasm();
  const weights = network.parameters.map(({ name }) => {
    const found = tensors.get(name);
    if (!(found?.data instanceof Float32Array)) throw new Error(`tfjs: the bundle has no float32 ${name}.`);
    return tf.tensor(found.data, [...found.shape], 'float32');
  });
  const { channels, height, width } = spec.image;
  return createModel({
    spec,
    golden: manifest.golden,
    provider: { name: 'wasm', reason: `tfjs ${tf.version_core}, eagerly` },
    async denoise(x, t, labels) {
      const answer = tf.tidy(() =>
        network.forward(weights, {
          sample: tf.tensor4d(x, [t.length, channels, height, width]),
          timestep: tf.tensor1d(t),
          ...(labels === undefined ? {} : { classLabels: tf.tensor1d(labels, 'int32') }),
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
  // In Node the package does not find its own .wasm files, and its threads would keep the process alive.
  const root = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
  setWasmPaths(path.join(path.dirname(root), 'dist') + path.sep);
  setThreadsCount(1);
  if (!(await tf.setBackend('wasm'))) throw new Error('tfjs: the wasm backend could not be started.');
  await tf.ready();
}
