import util from 'node:util';
import { codeOf } from '@isonoise/error';
import * as tf from '@tensorflow/tfjs-core';
import { CliError } from './errors.ts';

const SETUP =
  'Run "pnpm setup:tfjs-node". Without network access, "pnpm setup:tfjs-node --libtensorflow <dir>" builds it against\n' +
  'a local libtensorflow (such as an unpacked tensorflow wheel). The engine "onnxruntime" does not need it.';

/**
 * Loads `@tensorflow/tfjs-node`, an optional dependency, and makes its backend `tensorflow` the current
 * backend.
 *
 * @returns the namespace of `@tensorflow/tfjs-core` that the networks of this repository use; from now on, networks
 *   and gradients run on libtensorflow
 * @throws `CLI_ENGINE_UNAVAILABLE` if the npm package or its native addon is not installed, if the addon does
 *   not load, or if this Node is too new; `cause` is the error of the import
 */
export async function loadTfjsNode(): Promise<typeof tf> {
  // Without this check, the import would succeed, but each operation would fail with a TypeError.
  if (!('isNullOrUndefined' in util)) throw explainTfjsNodeFailure(undefined);
  try {
    await import('@tensorflow/tfjs-node');
  } catch (cause) {
    throw explainTfjsNodeFailure(cause);
  }
  // tfjs-node registers its backend with the tfjs-core that it resolves itself, which may be a different copy.
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
 * Explains why tfjs-node did not load.
 *
 * @param cause the error of `import('@tensorflow/tfjs-node')`; undefined if this Node lacks a function that
 *   tfjs-node needs
 */
export function explainTfjsNodeFailure(cause: unknown): CliError {
  if (cause === undefined) {
    return new CliError(
      'CLI_ENGINE_UNAVAILABLE',
      `Loading @tensorflow/tfjs-node: this is Node ${process.version}; expected Node 20 or 22, because tfjs-node calls\n` +
        'util.isNullOrUndefined, which Node 23 removed. Use Node 20 or 22, or the engine "onnxruntime".',
    );
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  let missing = `it did not load: ${message}`;
  if (codeOf(cause) === 'ERR_MODULE_NOT_FOUND' && message.includes("'@tensorflow/tfjs-node'")) {
    missing = 'the npm package is not installed. Run "pnpm install" without --no-optional, then:';
  } else if (message.startsWith('The Node.js native addon module (tfjs_binding.node) can not be found')) {
    missing = 'its native addon (tfjs_binding.node) is not installed.';
  }
  return new CliError('CLI_ENGINE_UNAVAILABLE', `Loading @tensorflow/tfjs-node: ${missing}\n${SETUP}`, {
    cause,
  });
}
