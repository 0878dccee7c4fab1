/**
 * Protects native calls at exit. Terminating a thread while ONNX Runtime's native code runs in it aborts the
 * process ("terminate called after throwing an instance of 'Napi::Error'", exit code 134), and
 * `process.exit()` terminates all threads. So the threads share two numbers: the count of running native
 * calls, and whether new calls are allowed.
 */
import { runtimeError } from '@isonoise/runtime/worker';

/** `[number of running native calls, 1 if no new call may begin]` */
export type NativeGuard = Int32Array<SharedArrayBuffer>;

const UNDER_WAY = 0;
const CLOSED = 1;

/**
 * Maximum wait for running calls at exit, longer than a call usually takes. After this time, aborting is better than
 * hanging.
 */
const LONGEST_WAIT_MS = 30_000;

/** Creates an open guard without running calls. */
export function createNativeGuard(): NativeGuard {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
}

/**
 * Runs `call` unless the guard is closed. The worker uses this function.
 *
 * @param call must not throw, but return a rejected promise
 * @throws `RUNTIME_DISPOSED` the guard is closed
 */
export function guarded<T>(guard: NativeGuard, call: () => Promise<T>): Promise<T> {
  const end = (): void => {
    Atomics.sub(guard, UNDER_WAY, 1);
    // The main thread waits only after it has closed the guard, and not if it sees that the count has changed.
    if (Atomics.load(guard, CLOSED) === 1) Atomics.notify(guard, UNDER_WAY);
  };
  // Because the worker counts before it checks, either it sees the closed guard or the main thread sees the call.
  Atomics.add(guard, UNDER_WAY, 1);
  const result =
    Atomics.load(guard, CLOSED) === 1
      ? Promise.reject(runtimeError('RUNTIME_DISPOSED', 'denoise: the model was disposed. Load it again.'))
      : call();
  // The promise of the call itself is returned: each further promise takes time between two calls.
  result.then(end, end);
  return result;
}

/** Closes the guard: no further native call begins. The main thread uses this function. */
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
