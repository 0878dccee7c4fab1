import { CliError } from '../errors.ts';
import type { EngineChoice } from './run-record.ts';

/** The training engines and their tfjs backends; null for ONNX Runtime. */
export const ENGINES = { onnxruntime: null, 'tfjs-node': 'tensorflow', 'tfjs:cpu': 'cpu' } as const;

export type EngineName = keyof typeof ENGINES;

/** A known engine and its device. */
export type KnownEngine = EngineChoice & { readonly engine: EngineName };

/** Checks the name of an engine. @throws `CLI_USAGE` if it is unknown */
export function requireEngine(engine: string): asserts engine is EngineName {
  if (Object.hasOwn(ENGINES, engine)) return;
  throw new CliError(
    'CLI_USAGE',
    `--engine ${engine}: unknown; expected ${Object.keys(ENGINES).join(', ')}. (The wasm backend of tfjs cannot train, ` +
      'because it lacks the gradient of a convolution.)',
  );
}
