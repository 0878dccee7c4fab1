import type { Socket } from 'node:net';
import { isIsonoiseError } from '@isonoise/error';
import { Redis } from 'ioredis';
import { type JobsErrorCode, jobsError } from './errors.ts';

/** Milliseconds after which a connection attempt fails. */
const CONNECT_MS = 5000;
/** Milliseconds within which the server must answer after it has accepted the first connection. */
const ANSWER_MS = 10_000;
/** Time limit of a command whose caller does not wait for a lost connection. */
const COMMAND_MS = 10_000;
/** Longest pause between two attempts to connect again. */
const MOST_PAUSE_MS = 2000;
/** Interval of pings to the server. If a ping is not answered before the next one, the connection is opened again. */
const ASK_MS = 15_000;
/** Oldest version of Redis with the flags of scripts that the jobs use. */
const LEAST_VERSION = '7.0.0';

/** A connection to the store of the jobs. */
export interface Connection {
  readonly redis: Redis;
  /** Advice for the user about the settings of the store; usually empty. */
  readonly notes: readonly string[];
  /** Address of this machine in the network of the store. */
  readonly localAddress: string;
  close(): void;
}

export interface ConnectOptions {
  /** Called once with true when the connection is lost, and once with false when it is back. */
  readonly onLost?: ((isLost: boolean) => void) | undefined;
  /**
   * Whether commands fail at once while the connection is lost, and after ten seconds without an answer. Default false:
   * they wait for the connection. Workers must wait.
   */
  readonly failFast?: boolean | undefined;
}

/**
 * Connects to Redis (or Valkey) and checks that it is a suitable store. The first connection must succeed; later, a lost
 * connection is opened again and waiting commands are sent again.
 *
 * @param url such as `redis://:password@host:6379/0`, or `rediss:` for TLS
 * @throws `JOBS_UNREACHABLE` if the first connection fails; `JOBS_ACCESS` for a wrong password; `JOBS_STORE` if the server loses data by its settings
 */
export async function connect(
  url: string,
  { onLost = () => {}, failFast = false }: ConnectOptions = {},
): Promise<Connection> {
  requireUrl(url);
  let isFirst = true;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    ...(failFast
      ? { maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: COMMAND_MS }
      : // BullMQ requires this of workers: commands wait until the connection is back.
        { maxRetriesPerRequest: null }),
    retryStrategy: (times) => (isFirst ? null : Math.min(100 * times, MOST_PAUSE_MS)),
  });
  let last: unknown;
  redis.on('error', (error) => {
    last = error;
  });
  const timer = setTimeout(() => {
    last = new Error(`no answer in ${ANSWER_MS / 1000} s`);
    redis.disconnect();
  }, ANSWER_MS);
  try {
    await redis.connect();
    const notes = await checkStore(redis);
    clearTimeout(timer);
    isFirst = false;
    let [isClosed, isLost] = [false, false];
    // Each failed attempt to connect again closes a socket.
    const change = (lost: boolean): void => {
      if (isClosed || lost === isLost) return;
      isLost = lost;
      onLost(lost);
    };
    redis.on('close', () => change(true));
    redis.on('ready', () => change(false));
    const stopAsking = closeSilent(redis);
    const localAddress = (redis.stream as Socket).localAddress ?? '127.0.0.1';
    return {
      redis,
      notes,
      localAddress,
      close() {
        isClosed = true;
        stopAsking();
        redis.disconnect();
      },
    };
  } catch (cause) {
    clearTimeout(timer);
    redis.disconnect();
    throw storeError(`connecting to ${safeUrl(url)}`, last ?? cause);
  }
}

/**
 * Closes the socket if the server does not answer, because a cut network may leave the socket open. Waiting commands
 * are sent again on the next connection.
 *
 * @returns a function that ends these checks
 */
function closeSilent(redis: Redis): () => void {
  let isWaiting = false;
  const close = (): void => {
    if (redis.status === 'ready') redis.stream.destroy();
  };
  const timer = setInterval(() => {
    if (isWaiting) return close();
    if (redis.status !== 'ready') return;
    isWaiting = true;
    redis
      .ping()
      .catch(close)
      .finally(() => {
        isWaiting = false;
      });
  }, ASK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function requireUrl(url: string): void {
  if (URL.canParse(url) && ['redis:', 'rediss:'].includes(new URL(url).protocol)) return;
  throw jobsError(
    'JOBS_UNREACHABLE',
    `jobs: the address of Redis is ${safeUrl(url)}; expected an address such as redis://127.0.0.1:6379. Correct --redis.`,
  );
}

/**
 * Returns an address without its password and its query, for messages. A password with `/` or `#` makes the address
 * invalid, or causes an `@` behind the host. In both cases, everything before the last `@` is hidden. If there is a `?`
 * before the last `@`, even the host is hidden, because a password in the query may contain an `@`.
 */
export function safeUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || /@/.test(parsed.pathname + parsed.search + parsed.hash)) {
    if (/\?.*@/s.test(url)) return JSON.stringify(url.replace(/^([^/@?]*\/\/)?.*$/s, '$1***'));
    return JSON.stringify(url.replace(/^([^/@]*\/\/)?.*@/s, '$1***@').replace(/\?.*$/s, ''));
  }
  if (parsed.password !== '') parsed.password = '***';
  parsed.search = '';
  return parsed.href;
}

/** Checks the version and the settings of the store. @returns notes for the user */
async function checkStore(redis: Redis): Promise<readonly string[]> {
  const info = fieldsOf(await redis.info());
  const version = info.get('redis_version') ?? '0';
  if (compareVersions(version, LEAST_VERSION) < 0) {
    throw jobsError(
      'JOBS_STORE',
      `jobs: the server is Redis ${version}; expected ${LEAST_VERSION} or newer. Update it.`,
    );
  }
  const policy = info.get('maxmemory_policy') ?? 'noeviction';
  if (policy !== 'noeviction') {
    throw jobsError(
      'JOBS_STORE',
      `jobs: maxmemory-policy of the server is ${policy}, which removes jobs when the memory is full; expected noeviction. ` +
        'Run: redis-cli config set maxmemory-policy noeviction',
    );
  }
  return info.get('aof_enabled') === '1'
    ? []
    : [
        'the Redis server does not write an append-only file, so jobs are lost when it restarts; ' +
          'pnpm jobs:start starts a server that writes one',
      ];
}

/** Parses the answer of INFO. */
export function fieldsOf(info: string): ReadonlyMap<string, string> {
  return new Map(
    info.split('\r\n').flatMap((line) => {
      const at = line.indexOf(':');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
}

function compareVersions(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => text.split('.').map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (x?.[i] ?? 0) - (y?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Error replies of Redis, by their first word. */
const REPLIES: Readonly<Record<string, readonly [JobsErrorCode, string]>> = {
  WRONGPASS: ['JOBS_ACCESS', 'expected the right user and password. Correct the address.'],
  NOAUTH: ['JOBS_ACCESS', 'expected a password. Add it to the address: redis://:password@host:port'],
  NOPERM: [
    'JOBS_ACCESS',
    'expected permission for all keys that begin with isonoise: and for scripts. Change the permissions of the user.',
  ],
  OOM: [
    'JOBS_MEMORY_FULL',
    'expected free memory. Collect or cancel jobs (pnpm jobs list), or raise maxmemory.',
  ],
  READONLY: ['JOBS_STORE', 'expected a server that accepts writes. Use the address of the primary server.'],
  MISCONF: ['JOBS_STORE', 'expected a server that can write its file. Free disk space on its machine.'],
};

/**
 * Makes an error of this package from an error of the connection.
 *
 * @param operation what was attempted, such as `sending a job`
 */
export function storeError(operation: string, cause: unknown): Error {
  if (isIsonoiseError(cause)) return cause;
  const message =
    cause instanceof Error
      ? cause.message || ('code' in cause ? String(cause.code) : cause.name)
      : String(cause);
  for (const [word, [code, advice]] of Object.entries(REPLIES)) {
    if (new RegExp(`\\b${word}\\b`).test(message))
      return jobsError(code, `jobs: ${operation}: the server answered "${message}"; ${advice}`, { cause });
  }
  return jobsError(
    'JOBS_UNREACHABLE',
    `jobs: ${operation} failed (${message}); expected a Redis server. Start one with pnpm jobs:start, or correct --redis.`,
    { cause },
  );
}

/** Codes of failed connections. Errors of files have other codes, but also name a system call. */
const SOCKET_CODES: ReadonlySet<unknown> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
]);

/** Whether an error comes from the connection or from the server, and not from a fault in this program. */
export function isStoreTrouble(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (Object.keys(REPLIES).some((word) => error.message.startsWith(`${word} `))) return true;
  return (
    error.name === 'MaxRetriesPerRequestError' ||
    ('code' in error && SOCKET_CODES.has(error.code)) ||
    /^(Command timed out|Connection is closed|Stream isn't writeable|LOADING )/.test(error.message)
  );
}
