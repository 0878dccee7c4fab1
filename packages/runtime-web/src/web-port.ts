import type { Port } from '@isonoise/runtime/worker';

/** The common part of a `Worker` and of the global scope inside it. */
interface MessageEnd {
  postMessage(message: unknown, options: { readonly transfer: ArrayBuffer[] }): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

/** Wraps an end of the channel to a worker as a port. */
export function webPort(end: MessageEnd): Port {
  return {
    post: (message, transfer) => end.postMessage(message, { transfer: [...transfer] }),
    onMessage: (listener) => end.addEventListener('message', (event) => listener(event.data)),
  };
}
