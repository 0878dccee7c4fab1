import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { runCli } from '../src/run-cli.ts';

export const MAIN: string = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the command in a new process.
 *
 * @param onOutput called with the whole standard output each time it grows
 * @param onStart called with the process id
 * @param nodeFlags further flags of Node
 */
export async function spawned(
  args: readonly string[],
  onOutput?: (stdout: string, pid: number) => void,
  onStart?: (pid: number) => void,
  nodeFlags: readonly string[] = [],
): Promise<Ended> {
  const flags = ['--conditions=@isonoise/source', '--import', 'tsx', ...nodeFlags];
  const child = spawn(process.execPath, [...flags, MAIN, ...args], {
    env: { ...process.env, FORCE_COLOR: '', NODE_OPTIONS: '' },
  });
  onStart?.(child.pid as number);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onOutput?.(stdout, child.pid as number);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/**
 * Output of the command in the current asynchronous context. Each command has its own context, so a command
 * that is still running after its test does not write into the output of the next command.
 */
const output = new AsyncLocalStorage<{ stdout: string; stderr: string }>();

for (const name of ['stdout', 'stderr'] as const) {
  const write = process[name].write;
  vi.spyOn(process[name], 'write').mockImplementation((...args) => {
    const written = output.getStore();
    if (written === undefined) return Reflect.apply(write, process[name], args);
    written[name] += String(args[0]);
    return true;
  });
}

/** Runs the command in this process, because a new process takes one or two seconds to load. */
export async function isonoise(args: readonly string[]): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const code = await output.run(written, () => runCli(args));
  return { code, ...written };
}
