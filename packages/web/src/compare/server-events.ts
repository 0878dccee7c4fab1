/** A server-sent event. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/**
 * Maximum length of an event, larger than any event that our server sends. It limits the memory that a stream without
 * line breaks can use.
 */
const LONGEST_EVENT = 256 * 1024 * 1024;

/**
 * Parses a stream of server-sent events, which the network may split anywhere. Comments, ids and retry times
 * are ignored. (`EventSource` supports only GET requests.)
 *
 * @throws RangeError if an event exceeds 256 MiB
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
        throw new RangeError('readEvents: an event is longer than 256 MiB; expected shorter events.');
      for (const text of events) {
        const event = parseEvent(text);
        if (event !== null) yield event;
      }
    }
  } finally {
    // If the consumer stops early, the stream is cancelled, so that the server stops too.
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
