import { Worker } from 'node:worker_threads';
import { RuntimeError } from '@isonoise/runtime/session';
import {
  closeGuard,
  createNativeGuard,
  type NativeGuard,
  unwatchAtExit,
  watchAtExit,
} from './native-guard.ts';
import type { CallMessage, CallName, ReplyMessage, WorkerCalls } from './protocol.ts';
import { receiveError } from './sent-error.ts';

interface PendingCall {
  resolve(response: WorkerCalls[CallName]['response']): void;
  reject(reason: unknown): void;
}

/** A worker thread with one session, called as if it were here. Whoever made it calls `stop`. */
export class SessionWorker {
  readonly #worker: Worker;
  readonly #guard: NativeGuard;
  readonly #pending = new Map<number, PendingCall>();
  #nextId = 0;
  /** Why no more calls are taken. */
  #ended: RuntimeError | undefined;

  /** @param thread runs `worker.ts`; this takes it over */
  constructor({ worker, guard }: WorkerThread = startWorker()) {
    this.#worker = worker;
    this.#guard = guard;
    watchAtExit(guard);
    // An idle model must not keep a finished program alive; each pending call does.
    this.#worker.unref();
    this.#worker.on('message', (message: ReplyMessage) => this.#settle(message));
    this.#worker.on('messageerror', (cause) => this.#end('a message could not be read', cause));
    this.#worker.on('error', (cause) => this.#end(`it crashed: ${String(cause)}`, cause));
    this.#worker.on('exit', (code) => this.#end(`it ended with exit code ${code}`, undefined));
  }

  /**
   * @param transfer buffers that go over without a copy and are gone here
   * @throws what the call threw there; RuntimeError `RUNTIME_WORKER` the thread ended, `RUNTIME_DISPOSED` after stop
   */
  call<K extends CallName>(
    name: K,
    request: WorkerCalls[K]['request'],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<WorkerCalls[K]['response']> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended);
        return;
      }
      const id = this.#nextId++;
      this.#worker.postMessage({ id, call: name, request } as CallMessage, transfer);
      if (this.#pending.size === 0) this.#worker.ref();
      this.#pending.set(id, { resolve: resolve as PendingCall['resolve'], reject });
    });
  }

  /** Releases the session and ends the thread; calls under way are rejected. Safe to call again. */
  async stop(): Promise<void> {
    if (this.#ended !== undefined) return;
    closeGuard(this.#guard);
    const released = this.call('close', undefined).catch(() => undefined);
    this.#ended = new RuntimeError('RUNTIME_DISPOSED', 'denoise: the model was disposed of. Load it again.');
    for (const [id, { reject }] of [...this.#pending]) {
      // All but the last, which is the close itself.
      if (id === this.#nextId - 1) continue;
      this.#pending.delete(id);
      reject(this.#ended);
    }
    // Only then: to end a thread inside native code would abort the process (see native-guard.ts).
    await released;
    await this.#worker.terminate();
  }

  #settle(message: ReplyMessage): void {
    const call = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (this.#pending.size === 0) this.#worker.unref();
    if (message.ok) call?.resolve(message.response);
    else call?.reject(receiveError(message.error));
  }

  #end(how: string, cause: unknown): void {
    this.#ended ??= new RuntimeError(
      'RUNTIME_WORKER',
      `denoise: the thread that runs the model is gone: ${how}. Load the model again; if it happens again, ` +
        'use a smaller batch (memory) or another provider.',
      { cause },
    );
    for (const { reject } of this.#pending.values()) reject(this.#ended);
    this.#pending.clear();
    unwatchAtExit(this.#guard);
  }
}

/** A thread that runs `worker.ts`, and the guard it shares. */
export interface WorkerThread {
  readonly worker: Worker;
  readonly guard: NativeGuard;
}

/** @returns a new thread; from source where this file is source */
export function startWorker(): WorkerThread {
  const guard = createNativeGuard();
  const fromSource = import.meta.url.endsWith('.ts');
  const worker = fromSource
    ? new Worker(new URL('./worker-from-source.js', import.meta.url), {
        workerData: guard,
        execArgv: ['--conditions=source'],
      })
    : new Worker(new URL('./worker.js', import.meta.url), { workerData: guard });
  return { worker, guard };
}
