import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ReleaseError } from './release-error.ts';

/** The last version that runs on Node 20. npx fetches it: nothing but a rehearsal needs it. */
const VERDACCIO = 'verdaccio@6.8.0';

/** Time limit of the start; npx fetches some hundred packages first. */
const LONGEST_START_MS = 180_000;

/** A registry on this machine. Callers call `close`. */
export interface LocalRegistry {
  readonly address: string;
  /** npm's settings for it, with a token that may publish. */
  readonly userconfig: string;
  close(): Promise<void>;
}

/**
 * Starts a registry that has nothing of ours; packages of others come from the registry that npm uses.
 *
 * @param folder is made
 * @throws ReleaseError `RELEASE_COMMAND` it did not start
 */
export async function startLocalRegistry(folder: string): Promise<LocalRegistry> {
  await mkdir(folder);
  const shell = process.platform === 'win32';
  const { stdout: upstream } = await promisify(execFile)('npm', ['config', 'get', 'registry'], { shell });
  const config = path.join(folder, 'config.json');
  await writeFile(config, JSON.stringify(settings(upstream.trim())));
  const host = `127.0.0.1:${await freePort()}`;
  const child = spawn('npx', ['--yes', VERDACCIO, '--config', config, '--listen', `http://${host}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: npx starts the registry as a process below it.
    detached: true,
    shell,
  });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  try {
    await untilReady(`http://${host}/-/ping`, child);
    const userconfig = path.join(folder, 'npmrc');
    const token = await signUp(`http://${host}`);
    await writeFile(userconfig, `registry=http://${host}/\n//${host}/:_authToken=${token}\n`);
    return { address: `http://${host}/`, userconfig, close: () => end(child) };
  } catch (cause) {
    await end(child);
    throw new ReleaseError(
      'RELEASE_COMMAND',
      `release: ${VERDACCIO} did not start; expected a registry at ${host}. It said:\n${output}`,
      { cause },
    );
  }
}

const settings = (upstream: string): object => ({
  storage: './storage',
  auth: { htpasswd: { file: './htpasswd' } },
  uplinks: { upstream: { url: upstream } },
  packages: {
    isonoise: { access: '$all', publish: '$authenticated' },
    '@isonoise/*': { access: '$all', publish: '$authenticated' },
    '**': { access: '$all', proxy: 'upstream' },
  },
  log: { type: 'stdout', level: 'warn' },
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function untilReady(address: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + LONGEST_START_MS;
  while (child.exitCode === null && performance.now() < deadline) {
    try {
      if ((await fetch(address)).ok) return;
    } catch {
      // Nothing listens there yet.
    }
    await sleep(250);
  }
  throw new Error(`no answer from ${address}`);
}

async function signUp(address: string): Promise<string> {
  const name = 'release';
  const answer = await fetch(`${address}/-/user/org.couchdb.user:${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password: 'rehearsal' }),
  });
  const { token } = (await answer.json()) as { readonly token?: string };
  if (token === undefined) throw new Error(`no token: ${answer.status}`);
  return token;
}

async function end(child: ChildProcess): Promise<void> {
  const { pid, exitCode, signalCode } = child;
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  const exit = once(child, 'exit');
  process.kill(process.platform === 'win32' ? pid : -pid, 'SIGTERM');
  await exit;
}
