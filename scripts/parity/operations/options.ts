import { parseFlags, wholeNumber } from '../../parse-flags.ts';
import { scriptError } from '../../script-error.ts';

export const OPERATIONS_HELP = `pnpm parity operations <model> [--images n]

Runs every node of the graph alone in Node and in WebAssembly, with equal inputs, and prints for each operator how many values
differ, first for the graph of the file, then for the graph that browsers run.

  --images n    also draw n images in both, and count the values that differ (default: none are drawn)

Example:
  pnpm parity operations models/mnist --images 20`;

export interface OperationsOptions {
  /** Folder of the bundle. */
  readonly model: string;
  /** Number of images that are drawn in both; 0 by default. */
  readonly images: number;
  readonly help: boolean;
}

const MAX_IMAGES = 100_000;
const FLAGS = { images: { type: 'string' }, help: { type: 'boolean' } } as const;

/** Reads the command line. @throws `PARITY_USAGE` if the command line is not valid */
export function parseOperationsOptions(args: readonly string[]): OperationsOptions {
  const fail = (reason: string, cause?: unknown): Error =>
    scriptError('PARITY_USAGE', `parity operations: ${reason}`, { cause });
  const { values, positionals } = parseFlags(args, FLAGS, fail);
  const { help = false } = values;
  const [model = '', ...more] = positionals;
  if (!help && (model === '' || more.length > 0))
    throw fail(
      `got ${positionals.join(', ') || 'no model'}; expected the folder of one model, such as models/mnist.`,
    );
  const images = values.images === undefined ? 0 : wholeNumber(values.images, 1, MAX_IMAGES);
  if (images === undefined)
    throw fail(`--images is ${values.images}; expected a whole number from 1 to ${MAX_IMAGES}.`);
  return { model, images, help };
}
