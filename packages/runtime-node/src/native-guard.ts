/**
 * A thread that is ended while ONNX Runtime's native code runs in it takes the whole process down ("terminate called
 * after throwing an instance of 'Napi::Error'", exit code 134), and `process.exit()` ends every thread. So the threads
 * share two numbers: how many native calls are under way, and whether the main thread is about to leave.
 */
import { runtimeError } from '@isonoise/runtime/worker';

/** `[native calls under way, 1 once no more may begin]`. */
export type NativeGuard = Int32Array<SharedArrayBuffer>;

const UNDER_WAY = 0;
const CLOSED = 1;

/** Longer than any call that is worth waiting for; a process that hangs at its end would be worse than one that aborts. */
const LONGEST_WAIT_MS = 30_000;

export function createNativeGuard(): NativeGuard {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
}

/**
 * In the worker: runs `call` unless the guard is closed.
 * @throws `RUNTIME_DISPOSED` it is closed
 */
export async function guarded<T>(guard: NativeGuard, call: () => Promise<T>): Promise<T> {
  // First counted, then asked: one of the two threads sees the other's number, in whatever order they come.
  Atomics.add(guard, UNDER_WAY, 1);
  try {
    if (Atomics.load(guard, CLOSED) === 1) {
      throw runtimeError('RUNTIME_DISPOSED', 'denoise: the model was disposed of. Load it again.');
    }
    return await call();
  } finally {
    Atomics.sub(guard, UNDER_WAY, 1);
    Atomics.notify(guard, UNDER_WAY);
  }
}

/** In the main thread: no native call begins from now on. */
export function closeGuard(guard: NativeGuard): void {
  Atomics.store(guard, CLOSED, 1);
}

const watched = new Set<NativeGuard>();

/** Until `unwatch`, the process waits at its end for the native calls of this guard. */
export function watchAtExit(guard: NativeGuard): void {
  if (watched.size === 0) process.on('exit', leave);
  watched.add(guard);
}

export function unwatchAtExit(guard: NativeGuard): void {
  watched.delete(guard);
  if (watched.size === 0) process.off('exit', leave);
}

function leave(): void {
  for (const guard of watched) closeGuard(guard);
  const deadline = performance.now() + LONGEST_WAIT_MS;
  for (const guard of watched) {
    // The event loop has ended: to block is the only way to wait.
    for (let calls = Atomics.load(guard, UNDER_WAY); calls > 0; calls = Atomics.load(guard, UNDER_WAY)) {
      if (Atomics.wait(guard, UNDER_WAY, calls, deadline - performance.now()) === 'timed-out') return;
    }
  }
}
