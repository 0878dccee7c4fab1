import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import path from 'node:path';

/** Versions that the image `node:22-bookworm-slim` has: Debian 12 with Node 22 in /usr/local. */
const DEBIAN = 'bookworm';
const PACKAGES = ['node@22', 'npm@10'];

/** Settings of a command that runs in a root. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly user: string;
}

/**
 * Creates a root folder with a clean Debian, Node and a user `node`, like the image `node:22-bookworm-slim`.
 *
 * @throws Error if debootstrap or npm fails
 */
export function makeCleanRoot(root: string): void {
  const local = path.join(root, 'usr/local');
  must('debootstrap', ['--variant=minbase', '--include=ca-certificates', DEBIAN, root]);
  must('npm', ['install', '--global', '--no-audit', '--no-fund', '--prefix', local, ...PACKAGES]);
  // npm links node into bin. In the image, node is a file in this folder, and npm installs global packages beside it.
  must('mv', ['--force', path.join(local, 'lib/node_modules/node/bin/node'), path.join(local, 'bin/node')]);
  must('chroot', [root, 'useradd', '--create-home', '--uid', '1000', 'node']);
  // The root uses the network of this machine, with its name servers and certificates.
  must('cp', ['--dereference', '/etc/resolv.conf', path.join(root, 'etc/resolv.conf')]);
  const certificates = '/etc/ssl/certs/ca-certificates.crt';
  must('cp', ['--dereference', '--remove-destination', certificates, path.join(root, certificates)]);
}

/** Runs a command on this machine, outside the roots. @throws Error if the command fails */
export function must(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0)
    throw new Error(
      `${command} ${args.join(' ')} ended with ${error?.message ?? status}; expected exit code 0.`,
    );
}

/** Runs a shell command in a root. @throws Error if the command fails */
export function runInRoot(root: string, command: string, surroundings: Surroundings): void {
  const [program, ...words] = rootCommand(root, ['/bin/sh', '-c', command], surroundings);
  const { status } = spawnSync(program, words, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`RUN ${command} ended with ${status}; expected exit code 0.`);
}

/** Starts a command in a root. */
export function startInRoot(
  root: string,
  command: readonly string[],
  surroundings: Surroundings,
): ChildProcess {
  const [program, ...words] = rootCommand(root, command, surroundings);
  return spawn(program, words, { stdio: ['ignore', 'inherit', 'inherit'] });
}

/**
 * Returns the command line that runs a command in a root. The root gets its own /proc, which is removed when the
 * command ends.
 */
function rootCommand(
  root: string,
  command: readonly string[],
  { env, folder, user }: Surroundings,
): readonly [string, ...string[]] {
  const given = Object.entries({
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: user === 'root' ? '/root' : `/home/${user}`,
    ...env,
  });
  const script = 'mount -t proc proc "$1/proc" && shift && exec "$@"';
  return [
    ...(['unshare', '--mount', 'sh', '-c', script, 'sh', root] as const),
    ...['chroot', `--userspec=${user}:${user}`, root],
    ...['env', '--ignore-environment', '-C', folder, ...given.map(([name, value]) => `${name}=${value}`)],
    ...command,
  ];
}
