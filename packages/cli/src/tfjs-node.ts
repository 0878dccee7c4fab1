import util from 'node:util';
import { codeOf } from '@isonoise/error';
import * as tf from '@tensorflow/tfjs-core';
import { CliError } from './errors.ts';

const SETUP =
  'Run "pnpm setup:tfjs-node"; on a closed network, "pnpm setup:tfjs-node --libtensorflow <dir>" builds it against\n' +
  'a local libtensorflow (an unpacked tensorflow wheel will do). The engine "onnxruntime" needs none of this.';

/**
 * Loads `@tensorflow/tfjs-node`, an optional dependency, and makes its backend `tensorflow` the current one.
 *
 * @returns the namespace of `@tensorflow/tfjs-core`: the one instance that the models of this repository use, so what
 *   they compute from here on runs on libtensorflow, gradients included
 * @throws `CLI_TFJS_NODE_UNAVAILABLE`: the npm package or its native addon is not installed, the
 *   addon does not load, or this Node is too new for it; `cause` holds what the import threw
 */
export async function loadTfjsNode(): Promise<typeof tf> {
  // Without this check the import would succeed, and every op fail later with a TypeError.
  if (!('isNullOrUndefined' in util)) throw explainTfjsNodeFailure(undefined);
  try {
    await import('@tensorflow/tfjs-node');
  } catch (cause) {
    throw explainTfjsNodeFailure(cause);
  }
  // tfjs-node registers its backend with the tfjs-core that it resolves itself. Two copies would not see each other.
  if (tf.findBackendFactory('tensorflow') === null || !(await tf.setBackend('tensorflow'))) {
    throw explainTfjsNodeFailure(
      new Error(
        `its backend is not registered with the @tensorflow/tfjs-core ${tf.version_core} of this package`,
      ),
    );
  }
  return tf;
}

/**
 * The error for a failed load of tfjs-node, which gives the failures no code of its own.
 *
 * @param cause what `import('@tensorflow/tfjs-node')` threw; undefined where this Node lacks what tfjs-node calls
 */
export function explainTfjsNodeFailure(cause: unknown): CliError {
  if (cause === undefined) {
    return new CliError(
      'CLI_TFJS_NODE_UNAVAILABLE',
      `Loading @tensorflow/tfjs-node: it does not work on Node ${process.version}: it calls util.isNullOrUndefined, which Node 23\n` +
        'removed. Use Node 20 or 22 for it. The engine "onnxruntime" needs none of this.',
    );
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  let missing = `it did not load: ${message}`;
  if (codeOf(cause) === 'ERR_MODULE_NOT_FOUND' && message.includes("'@tensorflow/tfjs-node'")) {
    missing = 'the npm package is not installed. Run "pnpm install" without --no-optional, then:';
  } else if (message.startsWith('The Node.js native addon module (tfjs_binding.node) can not be found')) {
    missing = 'its native addon (tfjs_binding.node) is not installed.';
  }
  return new CliError('CLI_TFJS_NODE_UNAVAILABLE', `Loading @tensorflow/tfjs-node: ${missing}\n${SETUP}`, {
    cause,
  });
}
