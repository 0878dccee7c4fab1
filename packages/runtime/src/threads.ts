/**
 * Subpath `@isonoise/runtime/threads`: the check for the option `threads`. It does not load the modules for running a
 * model.
 */
import { runtimeError } from './errors.ts';

/**
 * Maximum number of threads, above the core count of any machine. ONNX Runtime has no limit of its own, and hangs
 * with a million threads.
 */
export const MAX_THREADS = 1024;

/**
 * Checks the requested number of threads. If it is undefined, the runtime chooses.
 *
 * @throws `RUNTIME_REQUEST` if the number is not a whole number in 1 … {@link MAX_THREADS}
 */
export function requireThreads(threads: number | undefined): void {
  if (threads === undefined || (Number.isSafeInteger(threads) && threads >= 1 && threads <= MAX_THREADS))
    return;
  throw runtimeError(
    'RUNTIME_REQUEST',
    `createDenoiser: threads is ${threads}; expected a whole number from 1 to ${MAX_THREADS}. ` +
      'Omit it for the default.',
  );
}
