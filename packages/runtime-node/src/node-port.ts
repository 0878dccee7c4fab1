import type { MessagePort, Worker } from 'node:worker_threads';
import type { Port } from '@isonoise/runtime/worker';

/**
 * Wraps one end of the channel to a worker thread as a port. Outside the thread this end is the Worker, inside it is
 * `parentPort`.
 */
export function nodePort(end: Worker | MessagePort): Port {
  return {
    post: (message, transfer) => end.postMessage(message, transfer),
    onMessage: (listener) => {
      end.on('message', listener);
    },
  };
}
