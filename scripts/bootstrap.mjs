// Sets up a machine that has only Node and npm, for `npm start` and `npm test`. Provides the pinned pnpm, and installs
// the packages.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { installedPnpm, pinnedPnpm, pnpmCommand, root, shell } from './pnpm-command.mjs';
import { runCommand } from './run-command.mjs';

export { root };

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** Runs a command in the repository and shows its output; resolves to its exit code. */
export function run(command, args, { env = process.env } = {}) {
  return runCommand(command, args, { cwd: root, shell, env });
}

/** Runs a pnpm command with the pinned version. */
export function pnpm(args, options) {
  const [command, ...words] = pnpmCommand();
  return run(command, [...words, ...args], options);
}

/**
 * Builds packages to dist; all packages by default. Switches off Turbo's telemetry, and thus the notice about
 * telemetry.
 */
export function build(args = []) {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' };
  return pnpm(['exec', 'turbo', 'run', 'build', ...args], { env });
}

export function requireNode() {
  const least = manifest.engines.node.replace('>=', '');
  const [have, need] = [process.versions.node, least].map((version) => version.split('.').map(Number));
  const older = need.some(
    (part, i) => have[i] < part && need.slice(0, i).every((earlier, j) => have[j] === earlier),
  );
  if (!older) return;
  console.error(
    `Node ${process.versions.node} is too old; expected ${least} or newer. Get it from nodejs.org or a version manager.`,
  );
  process.exit(1);
}

/** Installs the packages of the lock file; a repeated run takes about a second. */
export async function install() {
  requireNode();
  const code = await pnpm(['install', '--frozen-lockfile', '--reporter=append-only']);
  if (code !== 0) {
    console.error(
      'Installing the packages failed; see the lines above. Check that the npm registry is reachable.',
    );
    process.exit(code);
  }
  if (installedPnpm() === undefined) {
    console.log(
      `pnpm is not installed here. For the other commands: npm install --global pnpm@${pinnedPnpm}`,
    );
  }
}
