/**
 * Delays the exit of the process until native calls have ended. `process.exit()` terminates all threads. If ONNX
 * Runtime's native code is running in a terminated thread, the process aborts ("terminate called after throwing an
 * instance of 'Napi::Error'", exit code 134). The threads therefore share the number of running native calls, and a
 * flag that forbids new ones.
 */
import { runtimeError } from '@isonoise/runtime/worker';

/** The shared numbers: `[number of running native calls, 1 if no new call may start]`. */
export type NativeGuard = Int32Array<SharedArrayBuffer>;

const UNDER_WAY = 0;
const CLOSED = 1;

/**
 * Maximum wait for running calls at exit. Calls are usually shorter. After this time, the process may abort, which is
 * better than hanging.
 */
const LONGEST_WAIT_MS = 30_000;

/** Creates an open guard without running calls. */
export function createNativeGuard(): NativeGuard {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
}

/**
 * Runs `call` unless the guard is closed. The worker uses this function.
 *
 * @param call must return a rejected promise instead of throwing
 * @throws `RUNTIME_DISPOSED` if the guard is closed
 */
export function guarded<T>(guard: NativeGuard, call: () => Promise<T>): Promise<T> {
  const end = (): void => {
    Atomics.sub(guard, UNDER_WAY, 1);
    // Wake the main thread, which may wait for the count to change. It waits only if the guard is closed.
    if (Atomics.load(guard, CLOSED) === 1) Atomics.notify(guard, UNDER_WAY);
  };
  // The worker counts the call before it checks the guard. So either the worker sees the closed guard, or the main
  // thread sees the call.
  Atomics.add(guard, UNDER_WAY, 1);
  const result =
    Atomics.load(guard, CLOSED) === 1
      ? Promise.reject(runtimeError('RUNTIME_DISPOSED', 'denoise: the model was disposed. Load it again.'))
      : call();
  // Return the promise of the call itself, because each further promise would cost time between two calls.
  result.then(end, end);
  return result;
}

/** Closes the guard, so that no further native call starts. The main thread uses this function. */
export function closeGuard(guard: NativeGuard): void {
  Atomics.store(guard, CLOSED, 1);
}

const watched = new Set<NativeGuard>();

/** Makes the process wait at exit for the native calls of this guard, until {@link unwatchAtExit}. */
export function watchAtExit(guard: NativeGuard): void {
  if (watched.size === 0) process.on('exit', leave);
  watched.add(guard);
}

/** Ends {@link watchAtExit}. */
export function unwatchAtExit(guard: NativeGuard): void {
  watched.delete(guard);
  if (watched.size === 0) process.off('exit', leave);
}

function leave(): void {
  for (const guard of watched) closeGuard(guard);
  const deadline = performance.now() + LONGEST_WAIT_MS;
  for (const guard of watched) {
    // The event loop has ended, so the only way to wait is to block.
    for (let calls = Atomics.load(guard, UNDER_WAY); calls > 0; calls = Atomics.load(guard, UNDER_WAY)) {
      if (Atomics.wait(guard, UNDER_WAY, calls, deadline - performance.now()) === 'timed-out') return;
    }
  }
}
