import type { EncodeTask } from './encode-task.ts';
import type { WorkerReply, WorkerTask } from './encode-worker.ts';
import type { PictureTask } from './picture-task.ts';
import { saveFile } from './save-file.ts';

/** Media types of encoded files. The kind of a task is the extension of its file. */
const TYPES: { readonly [K in EncodeTask['kind']]: string } = {
  png: 'image/png',
  gif: 'image/gif',
  npy: 'application/octet-stream',
  json: 'application/json',
};

let worker: Worker | undefined;
let tasks = 0;

/** Starts the worker, so that its code is loaded and files can be encoded offline later. */
export function prepareEncoder(): Worker {
  worker ??= new Worker(new URL('./encode-worker.ts', import.meta.url), { type: 'module' });
  return worker;
}

/**
 * Encodes a file and offers it as a download.
 *
 * @param name name of the file without its extension
 * @throws the errors of {@link encodeFile}
 */
export async function download(name: string, task: EncodeTask): Promise<void> {
  saveFile(`${name}.${task.kind}`, TYPES[task.kind], await encodeFile(task));
}

/** Encodes a file in the worker. @throws Error with the encoder's reason */
export async function encodeFile(task: EncodeTask): Promise<Uint8Array<ArrayBuffer>> {
  const reply = await inWorker(task);
  if ('file' in reply) return reply.file;
  throw new Error(
    `encode: the file could not be encoded: ${'problem' in reply ? reply.problem : 'got values'}`,
  );
}

/** Computes values in the worker. @returns `[N, C, H, W]` @throws Error with the reason */
export async function computeValues(task: PictureTask): Promise<Float32Array> {
  const reply = await inWorker(task);
  if ('values' in reply) return reply.values;
  throw new Error(`${task.kind}: ${'problem' in reply ? reply.problem : 'got a file; expected values'}`);
}

function inWorker(task: WorkerTask['task']): Promise<WorkerReply> {
  const encoder = prepareEncoder();
  const id = ++tasks;
  return new Promise((resolve, reject) => {
    const stop = new AbortController();
    const { signal } = stop;
    const settle = ({ data }: MessageEvent<WorkerReply>): void => {
      if (data.id !== id) return;
      stop.abort();
      resolve(data);
    };
    const fail = ({ message }: ErrorEvent): void => {
      stop.abort();
      worker = undefined;
      // If the worker's file could not be loaded, the event has no message.
      const problem = message ? `failed (${message})` : 'did not start';
      reject(new Error(`encode: the worker ${problem}; expected the encoded file. Reload the page.`));
    };
    encoder.addEventListener('message', settle, { signal });
    encoder.addEventListener('error', fail, { signal });
    encoder.postMessage({ id, task } satisfies WorkerTask);
  });
}
