import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { CliError } from '../errors.ts';
import { writing } from '../write-error.ts';

export interface RedisSettings {
  readonly host: string;
  readonly port: number;
  /** Folder of the append-only file. */
  readonly dir: string;
  /** Memory limit, such as `1gb`. */
  readonly memory: string;
  readonly password?: string | undefined;
}

/** A running server. */
export interface RedisServer {
  readonly pid: number;
  /** Resolves when the server has ended. */
  readonly ended: Promise<void>;
  /** Asks the server to write its file and to end, and waits until it has ended. */
  stop(): Promise<void>;
}

/** Maximum time for the server to read its file. */
const START_MS = 60_000;
/** Interval at which the signal is repeated if the server does not end. */
const STOP_AGAIN_MS = 1000;

/**
 * Starts Redis. Every change is on the disk before it is acknowledged (append-only file, `appendfsync
 * always`). When the memory is full, Redis refuses changes instead of removing jobs.
 *
 * @throws `CLI_ENGINE_UNAVAILABLE` if redis-server is not installed; `CLI_USAGE` if the server ends or is not ready
 *   within {@link START_MS}
 */
export async function startRedisServer(settings: RedisSettings): Promise<RedisServer> {
  await writing(settings.dir, () => mkdir(settings.dir, { recursive: true }));
  // The configuration goes to standard input, so that the password is not in the list of processes.
  const child = spawn('redis-server', ['-'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await Promise.race([once(child, 'spawn'), once(child, 'error').then(([cause]) => missing(cause))]);
  child.stdin.end(configuration(settings));
  await untilReady(child, settings);
  return {
    pid: child.pid as number,
    ended,
    async stop() {
      // While Redis writes the first version of its file, it ignores the signal.
      const timer = setInterval(() => child.kill('SIGTERM'), STOP_AGAIN_MS);
      child.kill('SIGTERM');
      await ended;
      clearInterval(timer);
    },
  };
}

function missing(cause: unknown): never {
  throw new CliError(
    'CLI_ENGINE_UNAVAILABLE',
    'jobs start: redis-server was not found; expected Redis 7.0 or newer. Install it (Debian and Ubuntu: sudo apt-get install redis-server), ' +
      'or pass the address of a server with --redis.',
    { cause },
  );
}

function configuration({ host, port, dir, memory, password }: RedisSettings): string {
  const lines = [
    `bind ${host}`,
    `port ${port}`,
    `dir ${JSON.stringify(dir)}`,
    'appendonly yes',
    'appendfsync always',
    // The append-only file contains all data, so snapshots are not needed.
    'save ""',
    `maxmemory ${memory}`,
    'maxmemory-policy noeviction',
    // With a password, other machines may have access. Then only the address and the password restrict the
    // access.
    `protected-mode ${password === undefined ? 'yes' : 'no'}`,
    ...(password === undefined ? [] : [`requirepass ${JSON.stringify(password)}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Waits until the log of the server reports that it accepts connections. */
async function untilReady(child: ChildProcess, { host, port }: RedisSettings): Promise<void> {
  let log = '';
  await new Promise<void>((resolve, reject) => {
    const fail = (what: string): void =>
      reject(
        new CliError(
          'CLI_USAGE',
          `jobs start: Redis on ${host}:${port} ${what}; expected a running server. Its log:\n${log.trimEnd().split('\n').slice(-5).join('\n')}`,
        ),
      );
    const timer = setTimeout(() => fail(`was not ready after ${START_MS / 1000} s`), START_MS);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      // Keep only the first part of the log.
      if (log.length < 100_000) log += text;
      if (!/Ready to accept connections/.test(log)) return;
      clearTimeout(timer);
      resolve();
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code}`);
    });
  });
}
