// A process of its own for the clients of `server`.
import type { SampleBody } from '@isonoise/api';
import { answerParent, requestOfParent } from './child.ts';
import type { ClientsAnswer, ClientsRequest } from './clients.ts';

const { url, clients, requests, body, beside } = requestOfParent<ClientsRequest>();

function post(request: SampleBody, signal?: AbortSignal): Promise<Response> {
  return fetch(new URL('v1/sample', url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(request),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** @returns milliseconds to the last byte */
async function timed(seed: number): Promise<number> {
  const began = performance.now();
  const answer = await post({ ...body, seed });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`bench: the server answered ${answer.status}`);
  return performance.now() - began;
}

async function run(): Promise<ClientsAnswer> {
  const latencies: number[] = [];
  const began = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      for (let i = 0; i < requests; i++) latencies.push(await timed(client * requests + i));
    }),
  );
  return { milliseconds: performance.now() - began, latencies };
}

/** The first request of a process connects, and compiles. */
await timed(0);
const other = new AbortController();
if (beside !== undefined) {
  const answer = await post({ ...beside, seed: 0, format: 'stream', previewEvery: 0 }, other.signal);
  await answer.body?.getReader().read();
}
const answer = await run();
other.abort();
answerParent(answer);
