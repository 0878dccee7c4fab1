import type { Port } from '@isonoise/runtime/worker';

/** What a `Worker` has outside, and its global scope inside. */
interface MessageEnd {
  postMessage(message: unknown, options: { readonly transfer: ArrayBuffer[] }): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

export function webPort(end: MessageEnd): Port {
  return {
    post: (message, transfer) => end.postMessage(message, { transfer: [...transfer] }),
    onMessage: (listener) => end.addEventListener('message', (event) => listener(event.data)),
  };
}
