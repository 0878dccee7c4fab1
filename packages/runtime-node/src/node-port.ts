import type { MessagePort, Worker } from 'node:worker_threads';
import type { Port } from '@isonoise/runtime/worker';

/** One end of the channel between a worker thread and its maker: the Worker there, `parentPort` here. */
export function nodePort(end: Worker | MessagePort): Port {
  return {
    post: (message, transfer) => end.postMessage(message, transfer),
    onMessage: (listener) => {
      end.on('message', listener);
    },
  };
}
