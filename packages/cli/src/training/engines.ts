import { CliError } from '../errors.ts';
import type { EngineChoice } from './run-record.ts';

/** Engines that train: ONNX Runtime, and tfjs backends by the names that they have in tfjs. */
export const ENGINES = { onnxruntime: null, 'tfjs-node': 'tensorflow', 'tfjs:cpu': 'cpu' } as const;

export type EngineName = keyof typeof ENGINES;

/** An engine that there is, and the machine that it runs on. */
export type KnownEngine = EngineChoice & { readonly engine: EngineName };

/** @throws `CLI_USAGE` */
export function requireEngine(engine: string): asserts engine is EngineName {
  if (Object.hasOwn(ENGINES, engine)) return;
  throw new CliError(
    'CLI_USAGE',
    `--engine ${engine}: unknown; expected ${Object.keys(ENGINES).join(', ')}. (The wasm backend of tfjs has no ` +
      'gradient of a convolution and cannot train.)',
  );
}
