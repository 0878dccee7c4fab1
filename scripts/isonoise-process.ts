import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../packages/cli/src/main.ts', import.meta.url));

export interface EndedProcess {
  /** Exit code, or the signal that ended the process. */
  readonly end: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running isonoise command. */
export interface IsonoiseProcess {
  readonly pid: number;
  readonly ended: Promise<EndedProcess>;
  /** Sends a signal, and waits until the process has ended. */
  end(signal: NodeJS.Signals): Promise<EndedProcess>;
}

const running = new Set<ChildProcess>();
// Commands must not outlive the process that started them.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts the isonoise command in a new process.
 *
 * @param onLine receives each line of standard error
 * @param core processor on which all threads of the process run (only on Linux); by default, any
 */
export function startIsonoise(
  args: readonly string[],
  onLine: (line: string) => void = () => {},
  core?: number,
): IsonoiseProcess {
  const command = [process.execPath, '--conditions=@isonoise/source', '--import', 'tsx', MAIN, ...args];
  // taskset replaces itself by the command, so the process id is that of the command.
  const [program = '', ...words] = core === undefined ? command : ['taskset', '-c', String(core), ...command];
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  createInterface(child.stderr).on('line', (line) => {
    stderr += `${line}\n`;
    onLine(line);
  });
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => {
    running.delete(child);
    return { end: (signal ?? code) as EndedProcess['end'], stdout, stderr };
  });
  return {
    pid: child.pid as number,
    ended,
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

/** Waits for a command. @returns its standard output @throws Error with its standard error if it failed */
export async function succeeded(what: string, { ended }: Pick<IsonoiseProcess, 'ended'>): Promise<string> {
  const { end, stdout, stderr } = await ended;
  if (end !== 0) throw new Error(`${what} ended with ${end}; expected exit code 0:\n${stderr}`);
  return stdout;
}
