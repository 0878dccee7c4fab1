import { afterAll, beforeAll, expect, it } from 'vitest';
import { Scene } from '../../../tests/support/served.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterAll(async () => {
  await scene.stopServers();
  await scene.remove();
});

it('the request id of the client is used only if it is well-formed', async () => {
  const { get } = await scene.serve();
  const idFor = async (id: string): Promise<string | null> =>
    (await get('/healthz', { headers: { 'X-Request-Id': id } })).headers.get('x-request-id');
  expect(await idFor('trace-42')).toBe('trace-42');
  for (const odd of ['a b', 'x'.repeat(129), '{"a":1}']) expect(await idFor(odd)).toMatch(/^[\da-f-]{36}$/);
});
