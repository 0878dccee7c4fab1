/** Opened when first used: an open one keeps Node from ending. */
let channel: MessageChannel | undefined;
const waiting: (() => void)[] = [];

/** @returns after the messages that wait now were handled; `setTimeout` would add milliseconds */
export function yieldToMessages(): Promise<void> {
  channel ??= openChannel();
  const { port2 } = channel;
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}

function openChannel(): MessageChannel {
  const opened = new MessageChannel();
  opened.port1.onmessage = () => waiting.shift()?.();
  return opened;
}
