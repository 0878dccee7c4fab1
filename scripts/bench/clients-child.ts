// Runs the clients of the bench `server` in a separate process.
import { once } from 'node:events';
import http from 'node:http';
import { finished } from 'node:stream/promises';
import type { SampleBody } from '@isonoise/api';
import { parentRequest, replyToParent } from './child.ts';
import type { ClientsAnswer, ClientsRequest } from './clients.ts';

const { url, clients, requests, body, beside } = parentRequest<ClientsRequest>();

// Use node:http, because fetch does more work per request. On a machine with few cores, that work would slow the
// server.
const agent = new http.Agent({ keepAlive: true });
const sampleUrl = new URL('v1/sample', url);

/** Sends a request. @returns the response; its body has not been read */
async function post(request: SampleBody, signal?: AbortSignal): Promise<http.IncomingMessage> {
  const sent = http.request(sampleUrl, {
    method: 'POST',
    agent,
    headers: { 'Content-Type': 'application/json' },
    signal,
  });
  sent.end(JSON.stringify(request));
  const [answer] = (await once(sent, 'response')) as [http.IncomingMessage];
  // Errors after this point are reported by the response.
  sent.on('error', () => {});
  if (answer.statusCode !== 200)
    throw new Error(`bench: the server answered ${answer.statusCode}; expected 200`);
  return answer;
}

/** Sends a request. @returns milliseconds until the last byte of the response */
async function timed(seed: number): Promise<number> {
  const began = performance.now();
  const answer = await post({ ...body, seed });
  await finished(answer.resume());
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

// The first request opens a connection and runs code that V8 has not optimized yet, so its time is not used.
await timed(0);
const other = new AbortController();
if (beside !== undefined) {
  const answer = await post({ ...beside, seed: 0, format: 'stream', previewEvery: 0 }, other.signal);
  // This request is aborted on purpose at the end.
  answer.on('error', () => {});
  await once(answer, 'data');
}
const answer = await run();
other.abort();
replyToParent(answer);
