import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runVisible } from './run-visible.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * Builds `tfjs_binding.node` against `deps/`, as the package's own "build-addon-from-source" does.
 *
 * @param {string} folder tfjs-node's package folder
 * @param {{ nodeGyp: string }} toolchain
 * @param {string | undefined} nodedir
 * @throws {SetupError} with the code SETUP_NO_HEADER if a header is missing, SETUP_NO_NODE_HEADERS if Node's headers
 *   could not be downloaded, or SETUP_BUILD if the build failed for another reason
 */
export async function buildAddon(folder, toolchain, nodedir) {
  const nodePreGyp = createRequire(join(folder, 'package.json')).resolve(
    '@mapbox/node-pre-gyp/bin/node-pre-gyp',
  );
  const args = [nodePreGyp, 'install', '--build-from-source'];
  if (nodedir !== undefined) args.push(`--nodedir=${nodedir}`);
  const { status, output } = await runVisible(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, npm_config_node_gyp: toolchain.nodeGyp },
  });
  if (status === 0) return;

  const header = /fatal error: (.+?): No such file/.exec(output)?.[1];
  if (header !== undefined) {
    throw new SetupError(
      'SETUP_NO_HEADER',
      `Building the addon: the header ${header} is missing.\n` +
        "Expected all headers of the library's version of TensorFlow (see --libtensorflow), and Node's headers under --nodedir.",
    );
  }
  if (nodedir === undefined && /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|getaddrinfo/.test(output)) {
    throw new SetupError(
      'SETUP_NO_NODE_HEADERS',
      `Building the addon: no headers beside ${process.execPath}, and node-gyp could not download them.\n` +
        `Download the archive of Node ${process.version} on a machine with network access, and give the unpacked folder as --nodedir.`,
    );
  }
  throw new SetupError(
    'SETUP_BUILD',
    `Building the addon ended with exit status ${status}; expected 0. The output of the build is above.`,
  );
}
