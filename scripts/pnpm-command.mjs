import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
export const pinnedPnpm = packageManager.replace('pnpm@', '');
// On Windows npm's commands are .cmd files, which need a shell.
export const shell = process.platform === 'win32';

/** Returns the installed version of pnpm; undefined if it is not installed. */
export function installedPnpm() {
  const { status, stdout } = spawnSync('pnpm', ['--version'], { cwd: root, encoding: 'utf8', shell });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * Returns the command that runs the pinned version of pnpm. The command is the installed pnpm if it has this version,
 * and otherwise npx, which fetches this version.
 */
export function pnpmCommand() {
  return installedPnpm() === pinnedPnpm ? ['pnpm'] : ['npx', '--yes', `pnpm@${pinnedPnpm}`];
}
