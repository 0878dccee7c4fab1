import type { EncodeTask } from './encode-task.ts';
import type { WorkerReply, WorkerTask } from './encode-worker.ts';
import type { PictureTask } from './picture-task.ts';

/** The part of a `Worker` that is used. */
export type EncodeWorker = Pick<Worker, 'addEventListener' | 'postMessage' | 'terminate'>;

/** The page's handle on the worker that encodes files. A worker that crashed is replaced for the next task. */
export interface Encoder {
  /** Starts the worker, so that its code is loaded and files can be encoded offline later. */
  prepare(): void;
  /** Encodes a file. @throws Error with the encoder's reason */
  encode(task: EncodeTask): Promise<Uint8Array<ArrayBuffer>>;
  /** Computes values. @returns `[N, C, H, W]` @throws Error with the reason */
  compute(task: PictureTask): Promise<Float32Array>;
}

/** The caller of a task that has no reply yet. */
interface Waiting {
  readonly resolve: (reply: WorkerReply) => void;
  readonly reject: (error: unknown) => void;
}

/** Creates an encoder. @param start starts a worker that runs encode-worker.ts */
export function createEncoder(start: () => EncodeWorker): Encoder {
  let worker: EncodeWorker | null = null;
  let tasks = 0;
  /** Tasks without a reply, by their id. */
  const waiting = new Map<number, Waiting>();

  /** Returns the worker, and starts one if there is none. A worker that fails is replaced even between tasks. */
  function running(): EncodeWorker {
    if (worker !== null) return worker;
    const started = start();
    const end = (what: string): void => {
      started.terminate();
      if (worker !== started) return;
      worker = null;
      const error = new Error(`encode: the worker ${what}; expected its reply. Reload the page.`);
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    started.addEventListener('message', (event) => {
      const { data } = event as MessageEvent<WorkerReply>;
      waiting.get(data.id)?.resolve(data);
      waiting.delete(data.id);
    });
    started.addEventListener('error', (event) => {
      // If the worker's file could not be loaded, the event has no message.
      const { message = '' } = event as ErrorEvent;
      end(message === '' ? 'did not start' : `failed (${message})`);
    });
    started.addEventListener('messageerror', () => end('sent a reply that could not be read'));
    worker = started;
    return started;
  }

  function inWorker(task: WorkerTask['task']): Promise<WorkerReply> {
    const asked = running();
    const id = ++tasks;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      try {
        asked.postMessage({ id, task });
      } catch (error) {
        waiting.delete(id);
        reject(error);
      }
    });
  }

  return {
    prepare: () => void running(),
    async encode(task) {
      const reply = await inWorker(task);
      if ('file' in reply) return reply.file;
      const problem = 'problem' in reply ? reply.problem : 'got values';
      throw new Error(`encode: the file could not be encoded: ${problem}`);
    },
    async compute(task) {
      const reply = await inWorker(task);
      if ('values' in reply) return reply.values;
      throw new Error(`${task.kind}: ${'problem' in reply ? reply.problem : 'got a file; expected values'}`);
    },
  };
}
