import { type BundleFiles, writeBundle } from '@isonoise/bundle';
import { namedWeights, traceNetwork } from '@isonoise/export';
import { networkJson, SPEC } from './model-bundle.ts';
import { initialState, workload } from './workload.ts';

/** Writes the model of record as a bundle. The model is untrained, because the times do not depend on the weights. */
export async function writeRecordBundle(files: Required<BundleFiles>): Promise<void> {
  const { network, config } = workload();
  const onnx = await traceNetwork(network, namedWeights(network, initialState(network).ema), SPEC);
  await writeBundle(files, { spec: SPEC, networkConfig: networkJson(config), onnx });
}
