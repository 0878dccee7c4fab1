import type { Port } from '@isonoise/runtime/worker';

/** The methods that a `Worker` and the global scope inside it share. */
interface MessageEnd {
  postMessage(message: unknown, options: { readonly transfer: ArrayBuffer[] }): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

/** Wraps one end of the channel to a worker as a port. */
export function webPort(end: MessageEnd): Port {
  return {
    post: (message, transfer) => end.postMessage(message, { transfer: [...transfer] }),
    onMessage: (listener) => end.addEventListener('message', (event) => listener(event.data)),
  };
}
