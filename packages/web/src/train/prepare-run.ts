import { type Batches, createBatches, type Dataset } from '@isonoise/data';
import { createNetwork, type Network } from '@isonoise/network';
import { beginRun, createOnnxRuntimeEngine, type Engine, type SessionFactory } from '@isonoise/train';
import type { RunRecord } from './run-record.ts';
import { createTabSession, engineError } from './tab-session.ts';

/** All that the loop needs of a run besides its storage; may be trained several times. */
export interface PreparedRun {
  readonly record: RunRecord;
  readonly network: Network;
  readonly batches: Batches;
  readonly engine: Engine;
  readonly createSession: SessionFactory;
}

/** Makes the network, traces its training step and has ONNX Runtime prepare it: some seconds. */
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

/** `wasm, 2 threads` */
export function deviceName({ device: { device, threads } }: RunRecord): string {
  return device === 'webgpu' ? 'WebGPU' : `WebAssembly, ${threads} thread${threads === 1 ? '' : 's'}`;
}

/** What ONNX Runtime throws while it runs, said with what to do. */
function withErrorHints(engine: Engine, { device: { device } }: RunRecord): Engine {
  const said = async <T>(result: Promise<T>): Promise<T> => {
    try {
      return await result;
    } catch (cause) {
      throw engineError(cause, device);
    }
  };
  return {
    ...engine,
    step: (feeds) => said(engine.step(feeds)),
    denoise: (x, t, labels) => said(engine.denoise(x, t, labels)),
  };
}
