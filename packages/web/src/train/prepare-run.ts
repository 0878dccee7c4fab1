import { type Batches, createBatches, type Dataset } from '@isonoise/data';
import { plural } from '@isonoise/error';
import { createNetwork, type Network } from '@isonoise/network';
import {
  type BaseWeights,
  beginRun,
  createOnnxRuntimeEngine,
  type Engine,
  type SessionFactory,
} from '@isonoise/train';
import type { RunRecord } from './run-record.ts';
import { createTabSession, engineError } from './tab-session.ts';

/** Everything that the training loop needs besides storage; can be used for several trainings. */
export interface PreparedRun {
  readonly network: Network;
  readonly batches: Batches;
  readonly engine: Engine;
  readonly createSession: SessionFactory;
}

/**
 * Creates the network, traces its training step and prepares it in ONNX Runtime. Takes several seconds.
 *
 * @param base the model of `config.from`, or `checkpoint` if the run resumes from one
 */
export async function prepareRun(
  record: Pick<RunRecord, 'config' | 'device'>,
  dataset: Dataset,
  base: BaseWeights | 'checkpoint' | undefined,
): Promise<PreparedRun> {
  const { config, device } = record;
  const { batchSize, seed, flip } = config;
  const { network } = createNetwork(config.network);
  const createSession = await createTabSession(device);
  const engine = await createOnnxRuntimeEngine({
    ...beginRun(config, network, base),
    createSession,
    device: deviceName(record),
  });
  return {
    network,
    batches: createBatches(dataset, { batchSize, seed, flip }),
    engine: withErrorHints(engine, record),
    createSession,
  };
}

/** Describes the device of a run: `WebAssembly, 2 threads`. */
export function deviceName({ device: { device, threads } }: Pick<RunRecord, 'device'>): string {
  return device === 'webgpu' ? 'WebGPU' : `WebAssembly, ${plural(threads, 'thread')}`;
}

/** Converts errors that ONNX Runtime throws during a step to errors with advice. */
function withErrorHints(engine: Engine, { device: { device } }: Pick<RunRecord, 'device'>): Engine {
  const explained = async <T>(result: Promise<T>): Promise<T> => {
    try {
      return await result;
    } catch (cause) {
      throw engineError(cause, device);
    }
  };
  return {
    ...engine,
    step: (feeds) => explained(engine.step(feeds)),
    denoise: (x, t, condition) => explained(engine.denoise(x, t, condition)),
  };
}
