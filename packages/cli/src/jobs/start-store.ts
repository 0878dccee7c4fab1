import path from 'node:path';
import { connect, JobStore, jobsError, safeUrl } from '@isonoise/jobs';
import { CliError } from '../errors.ts';
import { table } from '../terminal/format.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { StartFlags } from './jobs-flags.ts';
import { startRedisServer } from './redis-server.ts';

const LOOPBACK = /^(127\.|localhost$|::1$)/;

/** `isonoise jobs start`: starts a Redis server for jobs until a signal arrives, or checks a running server. */
export async function startStore(flags: StartFlags, terminal: Terminal): Promise<void> {
  const { redis, host, port, memory, password } = flags;
  if (redis !== undefined) {
    await check(redis, terminal, flags.clientLimit);
    terminal.out(steps(safeUrl(redis)));
    return;
  }
  if (!LOOPBACK.test(host) && password === undefined) {
    throw new CliError(
      'CLI_USAGE',
      `--host ${host}: other machines could use the server without a password; expected --password. Add --password, or leave --host out.`,
    );
  }
  const dir = path.resolve(flags.dir);
  const interrupt = listenForInterrupt(() => terminal.note('\nstopping; all jobs stay in the file'));
  const server = await startRedisServer({ host, port, dir, memory, password });
  try {
    const url = `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}${host.includes(':') ? `[${host}]` : host}:${port}`;
    await check(url, terminal, flags.clientLimit);
    terminal.out(
      table([
        ['Redis', `${safeUrl(url)}, process ${server.pid}`],
        ['file', dir],
        ['memory', `${memory}; when it is full, jobs wait`],
      ]),
    );
    terminal.out(steps(safeUrl(url)));
    const stopped = new Promise<'signal'>((resolve) =>
      interrupt.signal.addEventListener('abort', () => resolve('signal'), { once: true }),
    );
    if (interrupt.signal.aborted || (await Promise.race([stopped, server.ended])) === 'signal') return;
    throw jobsError(
      'JOBS_UNREACHABLE',
      'jobs start: Redis ended; expected it to run. Read its log in the system, and start it again.',
    );
  } finally {
    await server.stop();
    interrupt.dispose();
  }
}

/**
 * Checks that a server can store jobs, and warns about unsuitable settings.
 *
 * @param clientLimit new maximum number of unfinished jobs per client; undefined keeps the
 * limit
 */
async function check(url: string, terminal: Terminal, clientLimit?: number): Promise<void> {
  const connection = await connect(url);
  try {
    if (clientLimit !== undefined) await new JobStore(connection.redis).setClientLimit(clientLimit);
  } finally {
    connection.close();
  }
  for (const note of connection.notes) terminal.warn(note);
}

const steps = (url: string): string =>
  [
    '',
    `next: pnpm worker --redis ${url} --models models`,
    `      pnpm sample models/mnist --distributed --redis ${url}`,
  ].join('\n');
