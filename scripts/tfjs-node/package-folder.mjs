import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from './setup-error.mjs';

/** Folder of packages/cli, which resolves tfjs-node because it is an optional dependency there. */
export const CLI_FOLDER = fileURLToPath(new URL('../../packages/cli/', import.meta.url));

/**
 * Returns the real folder of @tensorflow/tfjs-node, inside pnpm's store of this workspace.
 *
 * @returns {string}
 * @throws {SetupError} with the code SETUP_NO_PACKAGE if tfjs-node is not installed for packages/cli
 */
export function findPackage() {
  try {
    return dirname(createRequire(`${CLI_FOLDER}package.json`).resolve('@tensorflow/tfjs-node/package.json'));
  } catch (cause) {
    throw new SetupError(
      'SETUP_NO_PACKAGE',
      'The npm package @tensorflow/tfjs-node is not installed for packages/cli.\n' +
        'Run "pnpm install --frozen-lockfile" without --no-optional first.',
      { cause },
    );
  }
}
