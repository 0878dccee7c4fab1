import { type Batches, createBatches, type Dataset } from '@isonoise/data';
import { createNetwork, type Network } from '@isonoise/network';
import { beginRun, createOnnxRuntimeEngine, type Engine, type SessionFactory } from '@isonoise/train';
import type { RunRecord } from './run-record.ts';
import { createTabSession, engineError } from './tab-session.ts';

/** Everything that the training loop needs besides storage; can be used for several trainings. */
export interface PreparedRun {
  readonly record: RunRecord;
  readonly network: Network;
  readonly batches: Batches;
  readonly engine: Engine;
  readonly createSession: SessionFactory;
}

/** Creates the network, traces its training step and prepares it in ONNX Runtime. Takes several seconds. */
export async function prepareRun(record: RunRecord, dataset: Dataset): Promise<PreparedRun> {
  const { config, device } = record;
  const { batchSize, seed, flip } = config;
  const { network } = createNetwork(config.network);
  const createSession = await createTabSession(device);
  const engine = await createOnnxRuntimeEngine({
    ...beginRun(config, network),
    createSession,
    device: deviceName(record),
  });
  return {
    record,
    network,
    batches: createBatches(dataset, { batchSize, seed, flip }),
    engine: withErrorHints(engine, record),
    createSession,
  };
}

/** Describes the device of a run: `WebAssembly, 2 threads`. */
export function deviceName({ device: { device, threads } }: RunRecord): string {
  return device === 'webgpu' ? 'WebGPU' : `WebAssembly, ${threads} thread${threads === 1 ? '' : 's'}`;
}

/** Converts errors that ONNX Runtime throws during a step to errors with advice. */
function withErrorHints(engine: Engine, { device: { device } }: RunRecord): Engine {
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
    denoise: (x, t, labels) => explained(engine.denoise(x, t, labels)),
  };
}
