import type { SampleBody, StreamEventName, StreamEvents } from '@isonoise/api';
import { IsonoiseError } from '@isonoise/error';
import { webError } from '../errors.ts';
import type { CallServer } from '../server/call-server.ts';
import { readEvents } from './server-events.ts';

/** The signature of {@link sampleOnServer}, without the function that calls the server. */
export type SampleThere = (body: SampleBody, signal: AbortSignal) => ReturnType<typeof sampleOnServer>;

/** An event of the sampling stream, typed by its name. */
export type StreamEvent = {
  readonly [K in StreamEventName]: { readonly name: K; readonly data: StreamEvents[K] };
}[StreamEventName];

const NAMES: readonly string[] = ['begin', 'step', 'result', 'error'] satisfies StreamEventName[];

/**
 * Draws on the server, step by step. Ending the iteration early cancels the request on the server.
 *
 * @throws IsonoiseError as {@link CallServer}, or the error of an `error` event
 */
export async function* sampleOnServer(
  callServer: CallServer,
  body: SampleBody,
  signal: AbortSignal,
): AsyncGenerator<Exclude<StreamEvent, { name: 'error' }>, void, undefined> {
  const response = await callServer('/v1/sample', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...body, format: 'stream' } satisfies SampleBody),
    signal,
  });
  if (response.body === null)
    throw webError(
      'SERVER_ANSWER',
      '/v1/sample: got a response without a body; expected a stream of events. Try again.',
    );
  for await (const { name, data } of readEvents(response.body)) {
    if (!NAMES.includes(name)) continue;
    const event = { name, data: JSON.parse(data) } as StreamEvent;
    if (event.name === 'error') throw new IsonoiseError(event.data.code, event.data.message);
    yield event;
  }
}
