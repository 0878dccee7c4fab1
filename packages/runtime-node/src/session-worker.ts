import { Worker } from 'node:worker_threads';
import { codeOf } from '@isonoise/error';
import { RemoteModel } from '@isonoise/runtime';
import { threadScript } from '#thread';
import {
  closeGuard,
  createNativeGuard,
  type NativeGuard,
  unwatchAtExit,
  watchAtExit,
} from './native-guard.ts';
import { nodePort } from './node-port.ts';
import { withoutTelemetry } from './onnx-runtime.ts';

/** A worker thread with one model. The owner must call `stop`. */
export class SessionWorker {
  readonly model: RemoteModel;
  readonly #worker: Worker;
  readonly #guard: NativeGuard;

  /** @param thread a thread that runs `worker.ts`; this object takes ownership */
  constructor({ worker, guard }: WorkerThread = startWorker()) {
    this.#worker = worker;
    this.#guard = guard;
    watchAtExit(guard);
    // An idle model must not keep the process alive, but a pending call must.
    worker.unref();
    const onBusy = (busy: boolean): void => (busy ? worker.ref() : worker.unref());
    this.model = new RemoteModel(nodePort(worker), { onBusy });
    worker.on('messageerror', (cause) => this.model.fail('a message could not be read', { cause }));
    worker.on('error', (cause) =>
      this.model.fail(`it crashed: ${String(cause)}`, { cause, ...adviceFor(cause) }),
    );
    worker.on('exit', (code) => {
      this.model.fail(`it ended with exit code ${code}`);
      // Stop watching only now: before its exit, the thread may still run native code.
      unwatchAtExit(guard);
    });
  }

  /** Releases the session and ends the thread; running calls are rejected. Safe to call again. */
  async stop(): Promise<void> {
    closeGuard(this.#guard);
    // Terminate only after close. Terminating a thread in native code would abort the process (see native-guard.ts).
    await this.model.close();
    await this.#worker.terminate();
  }
}

/** Returns special advice if the script is missing. The default advice about memory would not help. */
function adviceFor(cause: unknown): { advice?: string } {
  const missing = codeOf(cause) === 'ERR_MODULE_NOT_FOUND';
  return missing ? { advice: 'A file of the installation is missing: install the packages again.' } : {};
}

/** A thread that runs `worker.ts`, with its guard. */
export interface WorkerThread {
  readonly worker: Worker;
  readonly guard: NativeGuard;
}

/** Starts a thread that runs `worker.ts`. */
export function startWorker(): WorkerThread {
  const guard = createNativeGuard();
  const { file, execArgv } = threadScript();
  withoutTelemetry();
  return { worker: new Worker(file, { workerData: guard, execArgv }), guard };
}
