/** Encodes files in a worker, because an animation of a hundred sheets would block the page. */
import { type EncodeTask, encode } from './encode-task.ts';

/** Reply to the task of the same id. */
export type EncodeReply =
  | { readonly id: number; readonly file: Uint8Array<ArrayBuffer> }
  | { readonly id: number; readonly problem: string };

self.onmessage = ({ data: { id, task } }: MessageEvent<{ id: number; task: EncodeTask }>) => {
  let reply: EncodeReply;
  try {
    reply = { id, file: encode(task) };
  } catch (error) {
    reply = { id, problem: String(error) };
  }
  self.postMessage(reply);
};
