import process from 'node:process';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { spawned } from '../../packages/cli/testdata/isonoise-command.ts';
import { freePort, TestRedis } from '../support/redis.ts';

const redis = new TestRedis();
let server: { readonly pid: number; readonly url: string; readonly ended: Promise<unknown> } | undefined;
let hasEnded = false;

beforeAll(async () => {
  await redis.start();
  const port = await freePort();
  let pid = 0;
  const args = ['serve', '--quiet', '--port', String(port), '--redis', redis.url];
  const ended = spawned(args, undefined, (started) => {
    pid = started;
  });
  const url = `http://127.0.0.1:${port}`;
  server = {
    pid,
    url,
    ended: ended.finally(() => {
      hasEnded = true;
    }),
  };
  await vi.waitFor(() => fetch(`${url}/health`), { timeout: 60_000, interval: 200 });
});
afterAll(async () => {
  if (server !== undefined && !hasEnded) process.kill(server.pid, 'SIGTERM');
  await server?.ended;
  await redis.remove();
});

// Node loads bull-board with a different build of Hono than Vitest does, so the test needs a separate process.
it('the board of a server process answers JOBS_UNAVAILABLE while Redis is unreachable', async () => {
  const queues = `${server?.url}/jobs/board/api/queues`;
  expect((await fetch(queues)).status).toBe(200);
  await redis.kill();
  for (let i = 0; i < 5; i++) {
    const answer = await fetch(queues);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { error: expect.objectContaining({ code: 'JOBS_UNAVAILABLE' }) },
    ]);
  }
});
