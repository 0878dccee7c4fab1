import { expect, it } from 'vitest';
import { ServerError } from '../errors.ts';
import { BodyMemory } from './body-memory.ts';
import { readBody } from './read-body.ts';

const limits = { bodyBytes: 100, arrayBytes: 1000 };
const post = (body: string | ReadableStream<Uint8Array>): Request =>
  new Request('http://localhost/', { method: 'POST', body, duplex: 'half' } as RequestInit);
/** Returns a JSON string of this length in bytes. A long one counts as an array. */
const ofLength = (length: number): string => `"${'A'.repeat(length - 2)}"`;

it('BodyMemory bounds the bytes of long bodies, and frees the bytes of finished and rejected bodies', async () => {
  const memory = new BodyMemory(1200);
  const read = (body: string): Promise<number> =>
    readBody(post(body), limits, memory, (bytes) => bytes.length);
  let send = (_: string): void => {};
  let end = (): void => {};
  const slow = new ReadableStream<Uint8Array>({
    start(controller) {
      send = (text) => controller.enqueue(new TextEncoder().encode(text));
      end = () => controller.close();
    },
  });
  const first = readBody(post(slow), limits, memory, (bytes) => bytes.length);
  // This body takes 800 bytes of the memory: its length of 900 minus `bodyBytes`.
  send(ofLength(900));
  await expect
    .poll(() => read(ofLength(600)).catch((error: unknown) => error))
    .toMatchObject({ code: 'QUEUE_FULL', headers: { 'Retry-After': '1' } });
  expect(await read(ofLength(500))).toBe(500);
  const invalid = (): never => {
    throw new ServerError('BODY_INVALID', 'x');
  };
  await expect(readBody(post(ofLength(500)), limits, memory, invalid)).rejects.toMatchObject({
    code: 'BODY_INVALID',
  });
  expect(await read(ofLength(500))).toBe(500);
  end();
  expect(await first).toBe(900);
  expect(await read(ofLength(1100))).toBe(1100);
});

it('BodyMemory accepts short bodies even when it is full', async () => {
  const full = new BodyMemory(1);
  full.take(1);
  expect(await readBody(post(ofLength(100)), limits, full, (bytes) => bytes.length)).toBe(100);
  await expect(readBody(post(ofLength(300)), limits, full, (bytes) => bytes.length)).rejects.toMatchObject({
    code: 'QUEUE_FULL',
  });
});
