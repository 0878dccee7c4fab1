import type { SampleBody, StreamEventName, StreamEvents } from '@isonoise/api';
import { IsonoiseError } from '@isonoise/error';
import { webError } from '../errors.ts';
import { callServer } from '../server/call-server.ts';
import { readEvents } from './server-events.ts';

/** An event by its name, its data as the contract has it. */
export type StreamEvent = {
  readonly [K in StreamEventName]: { readonly name: K; readonly data: StreamEvents[K] };
}[StreamEventName];

const NAMES: readonly string[] = ['begin', 'step', 'result', 'error'] satisfies StreamEventName[];

/**
 * Draws on the server, step by step; stopping early stops it there too.
 * @throws IsonoiseError as `callServer`, and for an `error` event
 */
export async function* sampleOnServer(
  body: SampleBody,
  signal: AbortSignal,
): AsyncGenerator<Exclude<StreamEvent, { name: 'error' }>, void, undefined> {
  const response = await callServer('/v1/sample', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...body, format: 'stream' } satisfies SampleBody),
    signal,
  });
  if (response.body === null) throw webError('SERVER_ANSWER', '/v1/sample: an empty answer.');
  for await (const { name, data } of readEvents(response.body)) {
    if (!NAMES.includes(name)) continue;
    const event = { name, data: JSON.parse(data) } as StreamEvent;
    if (event.name === 'error') throw new IsonoiseError(event.data.code, event.data.message);
    yield event;
  }
}
