/** The channel for yielding. It is opened at the first use, because an open channel keeps Node alive. */
let channel: MessageChannel | undefined;
const waiting: (() => void)[] = [];

/** Resolves after pending messages are handled. `setTimeout` would add milliseconds. */
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
