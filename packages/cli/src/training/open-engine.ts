import {
  beginRun,
  createOnnxRuntimeEngine,
  createTfjsEngine,
  type Engine,
  findChannelBlock,
  type TrainConfig,
} from '@isonoise/train';
import type { Network } from '@isonoise/unet';
import { CliError } from '../cli-error.ts';
import { createNodeSession } from '../node-session.ts';
import { deviceText } from './device-text.ts';
import type { EngineChoice } from './run-record.ts';

/**
 * Starts the engine that was chosen, with the weights that the seed gives. No other engine is tried in its place.
 *
 * @throws CliError `ENGINE_UNAVAILABLE`, `USAGE`; TfjsNodeUnavailableError `TFJS_NODE_UNAVAILABLE`
 */
export async function openEngine(
  choice: EngineChoice,
  config: TrainConfig,
  network: Network,
): Promise<Engine> {
  const common = beginRun(config, network);
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
  const backend = await startBackend(choice.engine);
  return createTfjsEngine({ ...common, backend });
}

/** @returns the name of a tfjs backend that is registered now */
async function startBackend(engine: string): Promise<string> {
  if (engine === 'tfjs-node') {
    const { loadTfjsNode } = await import('../tfjs-node.ts');
    await loadTfjsNode();
    return 'tensorflow';
  }
  const name = engine.startsWith('tfjs:') ? engine.slice('tfjs:'.length) : '';
  if (name === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  else {
    throw new CliError(
      'USAGE',
      `--engine ${engine}: wanted onnxruntime, tfjs-node or tfjs:cpu. (The wasm backend of tfjs has no gradient of a ` +
        'convolution and cannot train.)',
    );
  }
  return name;
}
