import { expect, it } from 'vitest';
import { readEvents, type ServerEvent } from './server-events.ts';

async function read(pieces: readonly string[]): Promise<ServerEvent[]> {
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(encoder.encode(piece));
      controller.close();
    },
  });
  const events: ServerEvent[] = [];
  for await (const event of readEvents(stream)) events.push(event);
  return events;
}

it('readEvents reads the same events however the stream is split', async () => {
  const text = 'event: step\ndata: {"x":"ü: 1"}\n\n: a comment\n\ndata: a\ndata: b\n\n';
  const expected = [
    { name: 'step', data: '{"x":"ü: 1"}' },
    { name: 'message', data: 'a\nb' },
  ];
  expect(await read([text])).toEqual(expected);
  expect(await read([...text])).toEqual(expected);
});

it('readEvents drops an incomplete last event', async () => {
  expect(await read(['data: whole\n\ndata: half'])).toEqual([{ name: 'message', data: 'whole' }]);
});

it('readEvents cancels the stream if its consumer stops', async () => {
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode('data: more\n\n')),
    cancel: () => {
      cancelled = true;
    },
  });
  for await (const event of readEvents(stream)) {
    expect(event.data).toBe('more');
    break;
  }
  expect(cancelled).toBe(true);
});
