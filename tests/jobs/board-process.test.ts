import process from 'node:process';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { spawned } from '../../packages/cli/testdata/isonoise-command.ts';
import { freePort, TestRedis } from '../support/redis.ts';

const redis = new TestRedis();
let server = { pid: 0, url: '', ended: Promise.resolve<unknown>(undefined) };

beforeAll(async () => {
  await redis.start();
  const port = await freePort();
  let pid = 0;
  const args = ['serve', '--quiet', '--port', String(port), '--redis', redis.url];
  const ended = spawned(args, undefined, (started) => {
    pid = started;
  });
  server = { pid, url: `http://127.0.0.1:${port}`, ended };
  await vi.waitFor(() => fetch(`${server.url}/health`), { timeout: 60_000, interval: 200 });
});
afterAll(async () => {
  process.kill(server.pid, 'SIGTERM');
  await server.ended;
  await redis.remove();
});

// Node loads bull-board with a different build of Hono than Vitest does, so only a process of its own shows this.
it('the board of a server process answers JOBS_UNAVAILABLE while Redis is away', async () => {
  const queues = `${server.url}/jobs/board/api/queues`;
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
