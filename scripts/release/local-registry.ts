import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { scriptError } from '../script-error.ts';

/**
 * Packages that only a rehearsal installs. This version of verdaccio is the last that runs on Node 20. One of
 * its dependencies requests node-fetch by a tag, which some mirrors of the npm registry lack.
 */
const MANIFEST = {
  private: true,
  dependencies: { verdaccio: '6.8.0' },
  overrides: { 'node-fetch': '2.7.0' },
};

/** Time limit of the start, after the install. */
const LONGEST_START_MS = 60_000;

/** A registry on this machine. The caller must call `close`. */
export interface LocalRegistry {
  readonly address: string;
  /** File of npm's settings for this registry, with a token for publishing. */
  readonly userconfig: string;
  close(): Promise<void>;
}

/**
 * Starts a registry without our packages. Other packages come from the registry that npm uses.
 *
 * @param folder folder to create
 * @throws `RELEASE_COMMAND` if the registry did not start
 */
export async function startLocalRegistry(folder: string): Promise<LocalRegistry> {
  await mkdir(folder);
  const shell = process.platform === 'win32';
  const { stdout: upstream } = await promisify(execFile)('npm', ['config', 'get', 'registry'], { shell });
  const config = path.join(folder, 'config.json');
  await writeFile(config, JSON.stringify(settings(upstream.trim())));
  const host = `127.0.0.1:${await freePort()}`;
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(MANIFEST));
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder, shell });
  const main = createRequire(path.join(folder, 'package.json')).resolve('verdaccio/bin/verdaccio');
  const child = spawn(process.execPath, [main, '--config', config, '--listen', `http://${host}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
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
    throw scriptError(
      'RELEASE_COMMAND',
      `release: verdaccio did not start; expected a registry at ${host}. Its output:\n${output}`,
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
  throw new Error(`no answer from ${address}; expected one before the time limit`);
}

async function signUp(address: string): Promise<string> {
  const name = 'release';
  const answer = await fetch(`${address}/-/user/org.couchdb.user:${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password: 'rehearsal' }),
  });
  const { token } = (await answer.json()) as { readonly token?: string };
  if (token === undefined) throw new Error(`sign-up: got status ${answer.status}; expected a token`);
  return token;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill();
  await exit;
}
