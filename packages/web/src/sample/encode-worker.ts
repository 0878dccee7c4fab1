/** Files are made in a worker of their own: an animation of a hundred sheets takes longer than a page may stand still. */
import { type EncodeTask, encode } from './encode-task.ts';

/** What comes back for the task of the same number. */
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
