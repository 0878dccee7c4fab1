import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { scriptError } from '../script-error.ts';

const MAIN = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

/** Error that is thrown if a signal stopped a command. The next run resumes the work that the command saved. */
export class Stopped extends Error {}

/** Exit codes above this are 128 plus the number of a signal. */
const SIGNALLED = 128;

/**
 * Runs the isonoise command. A terminal sends Ctrl-C to the command itself, which then saves its work. SIGTERM and
 * SIGHUP may reach only this process, so they are passed on.
 *
 * @param onLine called with each line of the command's standard output
 * @throws Stopped if a signal stopped the command
 * @throws `BENCH_CELL` if the command failed; the message has the end of its standard error
 */
export async function isonoise(args: readonly string[], onLine: (line: string) => void): Promise<void> {
  const child = spawn(process.execPath, ['--conditions=@isonoise/source', '--import', 'tsx', MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ignore = (): void => {};
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', ignore);
  for (const name of ['SIGTERM', 'SIGHUP'] as const) process.on(name, passOn);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4000);
  });
  createInterface(child.stdout).on('line', onLine);
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    if (code === 0) return;
    if (signal !== null || (code ?? 0) > SIGNALLED) throw new Stopped();
    throw scriptError(
      'BENCH_CELL',
      `bench recipes: isonoise ${args.join(' ')} ended with ${code}; expected exit code 0. The end of its standard error:\n${stderr.trim()}`,
    );
  } finally {
    process.off('SIGINT', ignore);
    for (const name of ['SIGTERM', 'SIGHUP'] as const) process.off(name, passOn);
  }
}
