// Installs the native part of @tensorflow/tfjs-node. Either tfjs-node downloads it, or this script builds the addon
// against a local libtensorflow. docs/tfjs-node.md lists the versions that were tried.
import { parseArgs } from 'node:util';
import { arrangeDeps } from './tfjs-node/arrange-deps.mjs';
import { buildAddon } from './tfjs-node/build-addon.mjs';
import { checkGradient } from './tfjs-node/check-gradient.mjs';
import { runDownload } from './tfjs-node/download.mjs';
import { findLibtensorflow } from './tfjs-node/libtensorflow.mjs';
import { findPackage } from './tfjs-node/package-folder.mjs';
import { replacing } from './tfjs-node/replacing.mjs';
import { SetupError } from './tfjs-node/setup-error.mjs';
import { findNodeHeaders, findToolchain, requireUsableNode } from './tfjs-node/toolchain.mjs';

const HELP = `Usage: pnpm setup:tfjs-node [options]

Installs the native part of @tensorflow/tfjs-node, which a plain "pnpm install" leaves out. It is optional:
only "--engine tfjs-node" and the benchmarks against it use it.

Without options it runs the package's own install script, which downloads libtensorflow. On a closed network,
--libtensorflow builds the addon against a directory on this machine instead (Linux; C++ compiler, make, Python 3).

Options:
  --libtensorflow <dir>  folder of libtensorflow as TensorFlow publishes it (include/ and lib/), or of an unpacked
                         tensorflow or tensorflow-cpu wheel, version 2.12 or later (or its tensorflow/ folder)
  --nodedir <dir>        folder that contains include/node/node_api.h (default: beside the node that runs this)
  --force                reinstall even if it already works
  --check                only report whether it works; change nothing
  --help                 show this text

Examples:
  pnpm setup:tfjs-node
  HTTPS_PROXY=http://proxy.example:3128 pnpm setup:tfjs-node

  pip download tensorflow-cpu==2.12.1 --no-deps --python-version 3.11 --only-binary=:all: --dest wheel
  python3 -m zipfile -e wheel/tensorflow_cpu-2.12.1-*.whl libtensorflow
  pnpm setup:tfjs-node --libtensorflow libtensorflow
`;

const OPTIONS = /** @type {const} */ ({
  libtensorflow: { type: 'string' },
  nodedir: { type: 'string' },
  force: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
});

function readOptions() {
  try {
    return parseArgs({ options: OPTIONS, args: process.argv.slice(2).filter((a) => a !== '--') }).values;
  } catch (cause) {
    throw new SetupError('SETUP_ARGUMENT', `${cause.message}\nSee: pnpm setup:tfjs-node --help`, { cause });
  }
}

async function main() {
  const options = readOptions();
  if (options.help) return console.log(HELP);

  requireUsableNode();
  const folder = findPackage();
  if (options.check || !options.force) {
    const state = checkGradient();
    if (state.ok) return console.log(`${state.summary}\nNothing to do.`);
    if (options.check)
      throw new SetupError(
        'SETUP_CHECK',
        `tfjs-node does not work here:\n${state.reason}\nInstall its native part with: pnpm setup:tfjs-node`,
      );
  }

  const nodedir = findNodeHeaders(options.nodedir);
  if (options.libtensorflow === undefined) {
    await replacing(folder, async () => {
      await runDownload(folder, nodedir);
      requireGradient();
    });
    return;
  }
  // Do all checks before the first change.
  const library = findLibtensorflow(options.libtensorflow);
  const toolchain = findToolchain();
  console.log(`libtensorflow ${library.version ?? 'of unknown version'}: ${library.tensorflow.file}`);
  console.log(`Node headers: ${nodedir ?? 'none on this machine; node-gyp will try to download them'}`);
  await replacing(folder, async () => {
    arrangeDeps(folder, library);
    await buildAddon(folder, toolchain, nodedir);
    requireGradient();
  });
}

function requireGradient() {
  const state = checkGradient();
  if (!state.ok) {
    throw new SetupError(
      'SETUP_CHECK',
      `The addon was installed, but failed to compute the gradient of a small convolution:\n${state.reason}\n` +
        'Use a different libtensorflow (docs/tfjs-node.md lists versions that worked).',
    );
  }
  console.log(state.summary);
}

main().catch((error) => {
  if (!(error instanceof SetupError)) throw error;
  console.error(`setup-tfjs-node: ${error.message} [${error.code}]`);
  process.exitCode = 1;
});
