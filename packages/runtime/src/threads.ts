/** Subpath `@isonoise/runtime/threads`: what a number of threads may be, without what running a model loads. */
import { runtimeError } from './errors.ts';

/** More than any machine has cores. ONNX Runtime starts as many as it is told, and stands still at a million. */
export const MAX_THREADS = 1024;

/**
 * Checks the number of threads that a caller asks for; undefined leaves it to the runtime.
 *
 * @throws `RUNTIME_REQUEST`
 */
export function requireThreads(threads: number | undefined): void {
  if (threads === undefined || (Number.isSafeInteger(threads) && threads >= 1 && threads <= MAX_THREADS))
    return;
  throw runtimeError(
    'RUNTIME_REQUEST',
    `createDenoiser: threads is ${threads}; expected a whole number from 1 to ${MAX_THREADS}. ` +
      'Leave it out for the default.',
  );
}
