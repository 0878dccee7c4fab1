import { expect, it } from 'vitest';
import { ServerError } from '../errors.ts';
import { BodyMemory } from './body-memory.ts';
import { readBody } from './read-body.ts';

const limits = { bodyBytes: 10, arrayBytes: 0 };
const post = (body: string | ReadableStream<Uint8Array>): Request =>
  new Request('http://localhost/', { method: 'POST', body, duplex: 'half' } as RequestInit);

it('BodyMemory bounds all bodies together, and a finished or rejected body frees its memory', async () => {
  const memory = new BodyMemory(12);
  let send = (_: string): void => {};
  let end = (): void => {};
  const slow = new ReadableStream<Uint8Array>({
    start(controller) {
      send = (text) => controller.enqueue(new TextEncoder().encode(text));
      end = () => controller.close();
    },
  });
  const first = readBody(post(slow), limits, memory, (bytes) => bytes.length);
  send('12345678');
  await expect
    .poll(() => readBody(post('12345'), limits, memory, () => 'read').catch((error: unknown) => error))
    .toMatchObject({ code: 'QUEUE_FULL', headers: { 'Retry-After': '1' } });
  expect(await readBody(post('1234'), limits, memory, (bytes) => bytes.length)).toBe(4);
  const invalid = (): never => {
    throw new ServerError('BODY_INVALID', 'x');
  };
  await expect(readBody(post('1234'), limits, memory, invalid)).rejects.toMatchObject({
    code: 'BODY_INVALID',
  });
  expect(await readBody(post('1234'), limits, memory, (bytes) => bytes.length)).toBe(4);
  end();
  expect(await first).toBe(8);
  expect(await readBody(post('1234567890'), limits, memory, (bytes) => bytes.length)).toBe(10);
});
