/** Encodes files and finishes pictures in a worker, because large ones would block the page. */
import { type EncodeTask, encode } from './encode-task.ts';
import { compute, type PictureTask } from './picture-task.ts';

/** Reply to the task of the same id. */
export type WorkerReply =
  | { readonly id: number; readonly file: Uint8Array<ArrayBuffer> }
  | { readonly id: number; readonly values: Float32Array }
  | { readonly id: number; readonly problem: string };

export interface WorkerTask {
  readonly id: number;
  readonly task: EncodeTask | PictureTask;
}

self.onmessage = ({ data: { id, task } }: MessageEvent<WorkerTask>) => {
  let reply: WorkerReply;
  try {
    reply =
      task.kind === 'finish' || task.kind === 'noise'
        ? { id, values: compute(task) }
        : { id, file: encode(task) };
  } catch (error) {
    reply = { id, problem: String(error) };
  }
  self.postMessage(reply);
};
