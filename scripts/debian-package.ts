import { spawnSync } from 'node:child_process';
import process from 'node:process';

/** Returns whether this process can install Debian packages. */
export const mayInstallPackages = (): boolean =>
  process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;

/** Installs a Debian package. The output is shown only if the installation fails. @returns whether it succeeded */
export function installPackage(name: string): boolean {
  return quietly('apt-get', ['update', '-qq']) && quietly('apt-get', ['install', '-y', '-qq', name]);
}

function quietly(command: string, args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env });
  if (status !== 0) console.error(`${stdout ?? ''}${stderr ?? `${command} did not start`}`);
  return status === 0;
}
