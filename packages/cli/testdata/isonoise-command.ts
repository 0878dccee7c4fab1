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
 * Runs the real command in a new process. `onStart` gets the process id. `onOutput` gets all standard output
 * so far each time there is more.
 */
export async function spawned(
  args: readonly string[],
  onOutput?: (stdout: string, pid: number) => void,
  onStart?: (pid: number) => void,
): Promise<Ended> {
  const child = spawn(process.execPath, ['--conditions=@isonoise/source', '--import', 'tsx', MAIN, ...args], {
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

/** Runs the command in this process, which saves the second or two of loading. */
export async function isonoise(args: readonly string[]): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    }),
  );
  try {
    return { code: await runCli(args), ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
