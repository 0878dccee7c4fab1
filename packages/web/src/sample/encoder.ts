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

/** Creates an encoder. @param start starts a worker that runs encode-worker.ts */
export function createEncoder(start: () => EncodeWorker): Encoder {
  let worker: EncodeWorker | null = null;
  let tasks = 0;
  const running = (): EncodeWorker => (worker ??= start());

  function inWorker(task: WorkerTask['task']): Promise<WorkerReply> {
    const asked = running();
    const id = ++tasks;
    const stop = new AbortController();
    const { signal } = stop;
    const reply = new Promise<WorkerReply>((resolve, reject) => {
      const crash = (what: string): void => {
        asked.terminate();
        if (worker === asked) worker = null;
        reject(new Error(`encode: the worker ${what}; expected the encoded file. Reload the page.`));
      };
      const receive = (event: Event): void => {
        const { data } = event as MessageEvent<WorkerReply>;
        if (data.id === id) resolve(data);
      };
      const fail = (event: Event): void => {
        // If the worker's file could not be loaded, the event has no message.
        const { message = '' } = event as ErrorEvent;
        crash(message === '' ? 'did not start' : `failed (${message})`);
      };
      asked.addEventListener('message', receive, { signal });
      asked.addEventListener('error', fail, { signal });
      asked.addEventListener('messageerror', () => crash('sent a reply that could not be read'), { signal });
      asked.postMessage({ id, task });
    });
    return reply.finally(() => stop.abort());
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
