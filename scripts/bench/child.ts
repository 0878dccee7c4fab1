import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Runs a script of this folder in a separate process, so that each
 * measurement has its own modules and memory and includes its own start-up.
 *
 * @param script file name of the script, which passes its result to `replyToParent`
 * @param request value that is sent as JSON; the script reads it by `parentRequest`
 * @throws Error if the script cannot be started, fails, or ends without an answer; messages of the script are on
 *   standard error
 */
export function runChild<Answer>(script: string, request: unknown): Promise<Answer> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  return new Promise((resolve, reject) => {
    // The child runs with the export conditions and the loader of this process. Its standard output goes to
    // standard error, because output of libraries must not mix with ours.
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

/** Called in a child: returns the request of the parent. From then on, the child ends if the parent ends. */
export function parentRequest<Request>(): Request {
  process.once('disconnect', endOrphan);
  return JSON.parse(process.argv[2] ?? '{}');
}

/**
 * Called in a child: sends the answer to the parent. The process can then end.
 *
 * @throws Error if the process has no parent that listens
 */
export function replyToParent(answer: unknown): void {
  process.off('disconnect', endOrphan);
  if (process.send === undefined)
    throw new Error('bench: this script has no parent process; expected to be started by pnpm bench');
  process.send(answer, undefined, undefined, () => process.disconnect());
}

/** Ends a child that lost its parent, because a bench may take hours and nothing would read its answer. */
function endOrphan(): void {
  process.exit(1);
}

/**
 * Returns the largest resident memory of this process so far, in MiB. On Linux it is read from `/proc`, because the
 * `maxRSS` of a child begins with the memory of its parent.
 */
export function peakMemory(): number {
  const file = '/proc/self/status';
  const own = existsSync(file) ? /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
  return Number(own ?? process.resourceUsage().maxRSS) / 1024;
}
