import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Runs a script of this folder in a process of its own: what it loads, its memory and its start-up times are then its
 * alone.
 *
 * @param script file name; it gives its answer to `answerParent`
 * @param request what `requestOfParent` answers there: JSON
 * @throws Error the script failed; its complaint went to standard error
 */
export function runChild<Answer>(script: string, request: unknown): Promise<Answer> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  return new Promise((resolve, reject) => {
    // The conditions and the loader of this process. Libraries that greet on standard output must not spoil ours.
    const child = spawn(process.execPath, [...process.execArgv, file, JSON.stringify(request)], {
      stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
      serialization: 'advanced',
    });
    let answer: { readonly value: Answer } | undefined;
    child.on('message', (value) => {
      answer = { value: value as Answer };
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0 && answer !== undefined) resolve(answer.value);
      else reject(new Error(`bench: ${script} ended with ${signal ?? code} for ${JSON.stringify(request)}`));
    });
  });
}

/** In a child: what it was asked. The child ends with whoever asked. */
export function requestOfParent<Request>(): Request {
  process.once('disconnect', endOrphan);
  return JSON.parse(process.argv[2] ?? '{}');
}

/** In a child: its answer. The process then ends by itself. */
export function answerParent(answer: unknown): void {
  process.off('disconnect', endOrphan);
  if (process.send === undefined) throw new Error('bench: this script is started by pnpm bench');
  process.send(answer, undefined, undefined, () => process.disconnect());
}

/** An answer that nobody waits for is not worth hours of two cores. */
function endOrphan(): void {
  process.exit(1);
}

/** Largest resident memory of this process so far, MiB. */
export function peakMemory(): number {
  return process.resourceUsage().maxRSS / 1024;
}
