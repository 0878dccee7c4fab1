import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { scriptError } from '../../script-error.ts';

/** Memory orders of images in PyTorch: channels first, and channels last. */
export const MEMORY_FORMATS = ['contiguous', 'channels_last'] as const;
export type MemoryFormat = (typeof MEMORY_FORMATS)[number];

/** A Python process that performs steps. */
export interface PythonStep {
  readonly torch: string;
  /** Vector instructions that PyTorch uses, such as AVX2. */
  readonly capability: string;
  step(): Promise<{ readonly loss: number; readonly grad_norm: number }>;
  /** Memory in MiB: `before` when PyTorch was loaded, and `peak` so far. */
  memory(): Promise<{ readonly before: number; readonly peak: number }>;
  /** Milliseconds of each operator in a step, and `total` for all operators. */
  profile(): Promise<Readonly<Record<string, number>>>;
  dispose(): Promise<void>;
}

/**
 * Starts step.py.
 *
 * @param python path of an interpreter that has torch
 * @param folder folder with the files of the case
 * @throws `BENCH_PYTHON` if Python does not start, or ends with an error
 */
export async function startPython(
  python: string,
  folder: string,
  format: MemoryFormat,
  threads: number,
): Promise<PythonStep> {
  const script = fileURLToPath(new URL('step.py', import.meta.url));
  const child = spawn(python, [script, folder, format, String(threads)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(`it ended with ${signal ?? code}`));
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async <T>(): Promise<T> => {
    const line = await lines.next();
    if (line.done !== true) return JSON.parse(line.value);
    throw scriptError(
      'BENCH_PYTHON',
      `bench: ${python} ${script} gave no answer (${await ended}); expected an answer from Python 3 with torch. Pass such an interpreter with --python.`,
    );
  };
  const ask = <T>(question: string): Promise<T> => {
    child.stdin.write(`${question}\n`);
    return answer();
  };
  // Writing to an ended process fails. The missing answer then reports that the process has ended.
  child.stdin.on('error', () => {});
  const about = await answer<{ torch: string; capability: string }>();
  return {
    ...about,
    step: () => ask('step'),
    memory: () => ask('memory'),
    profile: () => ask('profile'),
    async dispose() {
      child.stdin.end();
      await ended;
    },
  };
}
