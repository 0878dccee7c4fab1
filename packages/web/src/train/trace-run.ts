import { exportedSpec, namedWeights, traceNetwork } from '@isonoise/export';
import { createNetwork } from '@isonoise/network';
import { loadLatestCheckpoint, modelSpecOf } from '@isonoise/train';
import type { RunFiles } from './run-storage.ts';

/** The network of a run as an ONNX file for drawing. */
export interface RunGraph {
  /** The step of its checkpoint. */
  readonly step: number;
  /** The same bytes as `unet/model.onnx` of an export of this checkpoint. */
  readonly onnx: Uint8Array<ArrayBuffer>;
}

/**
 * Traces the averaged weights of a run's last checkpoint. Unlike an export, the function does not compare the graph
 * with TensorFlow.js, because the comparison takes most of the time of an export.
 *
 * @throws IsonoiseError, for example `RUN_CHECKPOINT_NOT_FOUND`
 */
export async function traceRun(run: Pick<RunFiles, 'readRecord' | 'checkpoints'>): Promise<RunGraph> {
  const record = await run.readRecord();
  const { checkpoint } = await loadLatestCheckpoint(run.checkpoints);
  const { config, step, state } = checkpoint;
  const { network } = createNetwork(config.network);
  const spec = exportedSpec(modelSpecOf(record.name, config, record, network.imageShape), network);
  const onnx = await traceNetwork(network, namedWeights(network, state.ema), spec);
  return { step, onnx: onnx.slice() };
}
