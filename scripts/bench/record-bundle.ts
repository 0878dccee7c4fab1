import { type BundleFiles, writeBundle } from '@isonoise/bundle';
import { namedWeights, traceNetwork } from '@isonoise/export';
import { networkJson, SPEC } from './model-bundle.ts';
import { initialState, workload } from './workload.ts';

/** Writes the benchmark network as a bundle. The network is untrained, because times do not depend on the weights. */
export async function writeRecordBundle(files: Required<BundleFiles>): Promise<void> {
  const { network, config } = workload();
  const onnx = await traceNetwork(network, namedWeights(network, initialState(network).ema), SPEC);
  await writeBundle(files, { spec: SPEC, networkConfig: networkJson(config), onnx });
}
