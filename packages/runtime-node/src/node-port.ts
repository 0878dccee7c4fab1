import type { MessagePort, Worker } from 'node:worker_threads';
import type { Port } from '@isonoise/runtime/worker';

/** Wraps an end of the channel to a worker thread as a port: the Worker outside, `parentPort` inside. */
export function nodePort(end: Worker | MessagePort): Port {
  return {
    post: (message, transfer) => end.postMessage(message, transfer),
    onMessage: (listener) => {
      end.on('message', listener);
    },
  };
}
