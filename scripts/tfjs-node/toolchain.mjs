import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { env, execPath, version } from 'node:process';
import util from 'node:util';
import { SetupError } from './setup-error.mjs';

const INSTALL_HINT = 'On Debian or Ubuntu: apt-get install g++ make python3';

/**
 * Checks that Node has a function that tfjs-node 4.22.0 calls. Without this function, tfjs-node builds and loads, but
 * every operation fails.
 *
 * @throws {SetupError} with the code SETUP_NODE_VERSION if Node lacks this function
 */
export function requireUsableNode() {
  if ('isNullOrUndefined' in util) return;
  throw new SetupError(
    'SETUP_NODE_VERSION',
    `tfjs-node 4.22.0 does not work on Node ${version}: it calls util.isNullOrUndefined, which Node 23 removed.\nUse Node 20 or 22.`,
  );
}

/**
 * Finds the tools that an addon build needs, before anything is changed.
 *
 * @returns {{ nodeGyp: string }} path of node-gyp.js
 * @throws {SetupError} with the code SETUP_NO_COMPILER, SETUP_NO_MAKE, SETUP_NO_PYTHON or SETUP_NO_NODE_GYP if this
 *   tool is missing
 */
export function findToolchain() {
  // node-gyp and its makefiles use the same variables.
  requireOne('SETUP_NO_COMPILER', 'C++ compiler', [env.CXX ?? 'g++']);
  requireOne('SETUP_NO_MAKE', 'make', [env.MAKE ?? 'make']);
  const chosen = env.NODE_GYP_FORCE_PYTHON ?? env.npm_config_python ?? env.PYTHON;
  requireOne('SETUP_NO_PYTHON', 'Python 3 (node-gyp runs on it)', chosen ? [chosen] : ['python3', 'python']);
  return { nodeGyp: findNodeGyp() };
}

function requireOne(code, what, commands) {
  const starts = (command) => {
    const [program, ...args] = command.split(/\s+/);
    return spawnSync(program, [...args, '--version'], { stdio: 'ignore' }).status === 0;
  };
  if (commands.some(starts)) return;
  throw new SetupError(code, `No ${what}: tried ${commands.join(', ')}.\n${INSTALL_HINT}`);
}

/** Finds node-gyp, which is part of npm. Looks in the npm beside this Node, and then in the npm on PATH. */
function findNodeGyp() {
  const inNpm = 'npm/node_modules/node-gyp/bin/node-gyp.js';
  const beside = [
    join(dirname(execPath), '../lib/node_modules', inNpm),
    join(dirname(execPath), 'node_modules', inNpm),
  ];
  const chosen = env.npm_config_node_gyp;
  const found =
    (chosen ? [chosen] : beside).find((file) => existsSync(file)) ??
    (chosen ? undefined : fromGlobalNpm(inNpm));
  if (found !== undefined) return resolve(found);
  throw new SetupError(
    'SETUP_NO_NODE_GYP',
    `No node-gyp: tried ${chosen ? `npm_config_node_gyp=${chosen}` : `${beside.join(', ')} and the npm on PATH`}.\n` +
      'Install npm, or node-gyp, and set npm_config_node_gyp to the path of its bin/node-gyp.js.',
  );
}

function fromGlobalNpm(inNpm) {
  const { stdout, status } = spawnSync('npm', ['root', '-g'], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const file = join(stdout.trim(), inNpm);
  return existsSync(file) ? file : undefined;
}

/**
 * Returns the directory to pass to node-gyp as `--nodedir`. It is the requested directory, or else the prefix of the
 * running Node if that has headers, as in Node's own archives and in NodeSource's packages.
 *
 * @param {string | undefined} asked
 * @returns {string | undefined} undefined if node-gyp has to download the headers
 * @throws {SetupError} with the code SETUP_NODEDIR if the requested directory lacks Node's headers
 */
export function findNodeHeaders(asked) {
  const header = 'include/node/node_api.h';
  if (asked !== undefined) {
    if (existsSync(join(asked, header))) return resolve(asked);
    throw new SetupError(
      'SETUP_NODEDIR',
      `--nodedir ${asked}: no ${header} under it.\n` +
        `Expected the unpacked archive of Node ${version} (nodejs.org/dist), or a prefix with Node's headers.`,
    );
  }
  const prefix = dirname(dirname(execPath));
  return existsSync(join(prefix, header)) ? prefix : undefined;
}
