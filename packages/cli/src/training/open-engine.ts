import type { Network } from '@isonoise/network';
import {
  type BaseWeights,
  beginRun,
  createOnnxRuntimeEngine,
  createTfjsEngine,
  type Engine,
  findChannelBlock,
  type TrainConfig,
} from '@isonoise/train';
import { createNodeSession } from '../node-session.ts';
import { loadTfjsCpu } from '../tfjs-cpu.ts';
import { deviceText } from './device-text.ts';
import { ENGINES, type EngineName, type KnownEngine } from './engines.ts';

/**
 * Starts the chosen engine. If it fails, no other engine is tried.
 *
 * @throws `CLI_ENGINE_UNAVAILABLE` if the engine does not work on this machine
 */
export async function openEngine(
  choice: KnownEngine,
  config: TrainConfig,
  network: Network,
  base?: BaseWeights | 'checkpoint',
): Promise<Engine> {
  const common = beginRun(config, network, base);
  if (choice.engine === 'onnxruntime') {
    const { threads } = choice;
    const provider = choice.provider ?? 'cpu';
    const createSession = createNodeSession({ provider, threads });
    return createOnnxRuntimeEngine({
      ...common,
      createSession,
      device: deviceText({ provider, threads }),
      channelBlock: provider === 'cpu' ? await findChannelBlock(createSession) : undefined,
    });
  }
  await REGISTER[choice.engine]();
  return createTfjsEngine({ ...common, backend: ENGINES[choice.engine] });
}

/** For each engine that uses tfjs, a function that registers its backend. */
const REGISTER: { readonly [K in Exclude<EngineName, 'onnxruntime'>]: () => Promise<unknown> } = {
  'tfjs-node': async () => (await import('../tfjs-node.ts')).loadTfjsNode(),
  'tfjs:cpu': loadTfjsCpu,
};
