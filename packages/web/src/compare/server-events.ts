/** One server-sent event: its name and its data. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** Longer lines than any of ours; a stream without line breaks must not fill the memory. */
const LONGEST_EVENT = 256 * 1024 * 1024;

/**
 * Reads a stream of server-sent events as they come, whatever the pieces that the network makes of them.
 * (`EventSource` can only ask by GET.) Comments, ids and retry times are passed over.
 *
 * @throws RangeError an event of more than 256 MiB
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* readEvents(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<ServerEvent, void, undefined> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      buffer += value;
      const events = buffer.split('\n\n');
      buffer = events.pop() ?? '';
      if (buffer.length > LONGEST_EVENT)
        throw new RangeError('readEvents: an event has no end within 256 MiB.');
      for (const text of events) {
        const event = parseEvent(text);
        if (event !== null) yield event;
      }
    }
  } finally {
    // Whoever stops early has no use for the rest: the server may stop too.
    await reader.cancel();
  }
}

function parseEvent(text: string): ServerEvent | null {
  let name = 'message';
  const data: string[] = [];
  for (const line of text.split('\n')) {
    const [, field, value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
  }
  return data.length === 0 ? null : { name, data: data.join('\n') };
}
