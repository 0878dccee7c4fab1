import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Kill } from './kill-plan.ts';

const MAIN = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
/** A process that still runs this long after a signal counts as hung. */
const LONGEST_END_MS = 120_000;

export interface Ended {
  /** Exit code, or the signal that ended the process. */
  readonly end: number | NodeJS.Signals;
  /** Whether the kill came before the process had ended by itself. */
  readonly killed: boolean;
  readonly stderr: string;
}

/**
 * Runs the isonoise command in a separate process group, and kills the group as
 * `kill` specifies. Lines on standard output count as events.
 *
 * @throws Error if the process still runs 120 s after the signal
 */
export async function isonoise(args: readonly string[], kill?: Kill): Promise<Ended> {
  const child = spawn(process.execPath, ['--conditions=@isonoise/source', '--import', 'tsx', MAIN, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stderr, events, killed, hung] = ['', 0, false, false];
  const timers: NodeJS.Timeout[] = [];
  const signalGroup = (signal: NodeJS.Signals): void => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    process.kill(-child.pid, signal);
  };
  const arm = ({ signal, delayMs }: Kill): void => {
    timers.push(
      setTimeout(() => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        killed = true;
        signalGroup(signal);
      }, delayMs),
    );
    timers.push(
      setTimeout(() => {
        hung = true;
        signalGroup('SIGKILL');
      }, delayMs + LONGEST_END_MS),
    );
  };
  if (kill?.afterEvents === 0) arm(kill);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    for (const _ of text.matchAll(/\n/g)) if (++events === kill?.afterEvents) arm(kill);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  for (const timer of timers) clearTimeout(timer);
  if (hung)
    throw new Error(
      `isonoise ${args.join(' ')} did not end after ${kill?.signal}; expected an end within ${LONGEST_END_MS / 1000} s:\n${stderr}`,
    );
  return { end: signal ?? code ?? -1, killed, stderr };
}
