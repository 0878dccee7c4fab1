/**
 * Subpath `@isonoise/runtime/threads`: the check of a number of threads, without the modules for running a
 * model.
 */
import { runtimeError } from './errors.ts';

/**
 * Limit above the core count of any machine. ONNX Runtime starts any number of threads and hangs at a
 * million.
 */
export const MAX_THREADS = 1024;

/**
 * Checks a requested number of threads; undefined leaves the choice to the runtime.
 *
 * @throws `RUNTIME_REQUEST`
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
