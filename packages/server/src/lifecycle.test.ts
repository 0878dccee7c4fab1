import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import type { ApiError } from '@isonoise/api';
import { createDenoiser } from '@isonoise/runtime-node';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, floatsOf, Scene, type Served } from '../../../tests/support/served.ts';
import type { ServerOptions } from './create-server.ts';
import { serve } from './serve.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterEach(() => scene.stopServers());
afterAll(() => scene.remove());

/** A real model whose passes take at least 20 ms, so that a test can act during them; and its passes. */
function slow(): Required<Pick<ServerOptions, 'open'>> & { readonly passes: number[] } {
  const passes: number[] = [];
  return {
    passes,
    async open(folder, options) {
      const handle = await createDenoiser(folder, options);
      return {
        ...handle,
        denoise: async (x, t, labels) => {
          passes.push(t.length);
          await sleep(20);
          return handle.denoise(x, t, labels);
        },
      };
    },
  };
}

/** Threads start slowly on a busy machine. */
const SOON = { timeout: 30_000 };

const body = { model: 'conv', seed: 1, format: 'float32' } as const;
const codeOf = async (answer: Response): Promise<string> => ((await answer.json()) as ApiError).error.code;

const streaming = ({ sample }: Served, steps: number, more: object = {}): Promise<Response> =>
  sample({ ...body, steps, format: 'stream', ...more });

describe('infinite limits', () => {
  it('do not stop requests, not even when the server stops, and are listed as finite numbers', async () => {
    const model = slow();
    const served = await scene.serve(
      { ...model, limits: { requestMs: Number.POSITIVE_INFINITY, budget: Number.POSITIVE_INFINITY } },
      { stallMs: Number.POSITIVE_INFINITY },
    );
    const { models } = (await (await served.get('/v1/models')).json()) as { models: { budget: number }[] };
    expect(models.map(({ budget }) => budget)).toEqual([Number.MAX_VALUE]);
    // 40 passes of 20 ms each; a timer of Node with an infinite delay fires after 1 ms.
    const request = served.sample({ ...body, count: 2, steps: 40 });
    await expect.poll(() => model.passes.length, SOON).toBeGreaterThan(3);
    const stopped = served.listening.stop(Number.POSITIVE_INFINITY);
    const answer = await request;
    expect(answer.status).toBe(200);
    expect(await floatsOf(answer)).toHaveLength(2 * 30);
    await stopped;
  });
});

describe('a server at its limit', () => {
  it('rejects requests with the time to wait, and accepts them afterwards', async () => {
    const model = slow();
    const served = await scene.serve({ ...model, limits: { maxImages: 8 } });
    const large = { ...body, count: 3, class: 1, guidance: 2 };
    const running = await streaming(served, 100, { count: 6 });
    const reader = running.body?.getReader();
    await reader?.read();
    await expect.poll(() => model.passes.length, SOON).toBeGreaterThan(3);
    // Of eight places, a large request takes six and two are reserved for small ones; guided images take two.
    const refused = await served.sample(large);
    expect([refused.status, await codeOf(refused)]).toEqual([429, 'QUEUE_FULL']);
    // About 95 passes of at least 20 ms remain.
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(2);
    expect((await served.sample({ ...body, steps: 1 })).status).toBe(200);
    await reader?.cancel();
    await expect.poll(async () => (await served.sample({ ...large, steps: 1 })).status, SOON).toBe(200);
  });

  it('accepts small requests beside a very large one', async () => {
    const model = slow();
    const served = await scene.serve({ ...model, limits: { maxBatch: 4, maxImages: 32 } });
    // 256 passes of 4 images take 5 s; the request needs more places than exist, and a small part of the
    // budget.
    const giant = served.sample({ ...body, count: 1024, steps: 1 });
    await expect.poll(() => model.passes.length, SOON).toBeGreaterThan(0);
    const began = model.passes.length;
    const small = await Promise.all(
      Array.from({ length: 8 }, async () => (await served.sample({ ...body, steps: 4 })).status),
    );
    expect(small).toEqual(Array(8).fill(200));
    // 32 images in passes of 4, an eighth of them for the oldest, and the pass that was running.
    expect(model.passes.length - began).toBeLessThan(20);
    expect((await served.sample({ ...body, count: 40, steps: 1 })).status).toBe(429);
    expect((await giant).status).toBe(200);
  });

  it('refuses a client less often if it waits for Retry-After than if it returns every second', async () => {
    // Six places for large requests, so three at a time, which take 18 passes of at least 20 ms.
    const served = await scene.serve({ ...slow(), limits: { maxBatch: 4, maxImages: 8 } });
    // The first request measures the time of a pass.
    await served.sample({ ...body, steps: 5 });
    const asked = { ...body, count: 2, steps: 12 };

    /** Sends 20 clients until each is served. @returns the number of refusals */
    async function crowd(secondsToWait: (told: number) => number): Promise<number> {
      let refusals = 0;
      const client = async (): Promise<void> => {
        for (let visit = 0; visit < 40; visit++) {
          const answer = await served.sample(asked);
          if (answer.status === 200) return;
          expect(answer.status).toBe(429);
          refusals++;
          const told = Number(answer.headers.get('retry-after'));
          expect(told).toBeGreaterThanOrEqual(1);
          await answer.body?.cancel();
          await sleep(1000 * secondsToWait(told));
        }
        throw new Error('a client was refused 40 times');
      };
      await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          await sleep(20 * i);
          await client();
        }),
      );
      return refusals;
    }

    // Both crowds meet the same server on the same machine, so other work slows both down.
    const patient = await crowd((told) => told);
    const hasty = await crowd(() => 1);
    expect(patient).toBeGreaterThan(5);
    // Measured: 17 and 55 refusals. Without its estimate, Retry-After would be 1 as well.
    expect(patient).toBeLessThan(0.75 * hasty);
  }, 120_000);
});

describe('a request that ends early', () => {
  it('stops when its client disconnects', async () => {
    const model = slow();
    const served = await scene.serve(model);
    for (const format of ['stream', 'float32']) {
      const controller = new AbortController();
      const answer = served
        .sample({ ...body, steps: 100, format }, { signal: controller.signal })
        .catch(() => undefined);
      await expect.poll(() => model.passes.length, SOON).toBeGreaterThan(2);
      controller.abort();
      await answer;
      await expect
        .poll(
          async () => (await (await served.get('/metrics')).text()).includes('isonoise_samples_in_flight 0'),
          SOON,
        )
        .toBe(true);
      // The pass that was running is the last.
      const before = model.passes.length;
      await sleep(100);
      expect(model.passes.length, format).toBe(before);
      model.passes.length = 0;
    }
  });

  it('is stopped when it exceeds the time limit', async () => {
    const served = await scene.serve({ ...slow(), limits: { requestMs: 200 } });
    const late = await served.sample({ ...body, steps: 100 });
    expect([late.status, await codeOf(late)]).toEqual([504, 'TIME_LIMIT']);
    const events = eventsOf(await (await streaming(served, 100)).text());
    expect(events.at(-1)).toMatchObject({ name: 'error', data: { code: 'TIME_LIMIT' } });
    expect((await served.sample({ ...body, steps: 1 })).status).toBe(200);
  });
});

describe('a client that stops reading', () => {
  it('keeps its places no longer than the time limit of a request', async () => {
    const lines: unknown[] = [];
    const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const served = await scene.serve({
      preload: ['conv'],
      limits: { requestMs: 3000, maxBatch: 1024 },
      log,
    });
    await expect.poll(async () => (await served.get('/readyz')).status, SOON).toBe(200);
    // More bytes than the buffers of a connection hold: 100 steps with 1024 previews of 30 values.
    const answer = await served.sample({ ...body, count: 1024, steps: 100, format: 'stream' });
    const inFlight = async (): Promise<string | undefined> =>
      /isonoise_samples_in_flight (\d)/.exec(await (await served.get('/metrics')).text())?.[1];
    expect(await inFlight()).toBe('1');
    await expect.poll(inFlight, SOON).toBe('0');
    await expect(answer.text()).rejects.toThrow('terminated');
    const sampled = expect.objectContaining({ msg: 'sampled', images: 1024, outcome: 'TIME_LIMIT' });
    await expect.poll(() => lines, SOON).toContainEqual(sampled);
  });
});

describe('a short request', () => {
  it('does not wait for a long one', async () => {
    const model = slow();
    const served = await scene.serve(model);
    const long = await streaming(served, 100);
    await expect.poll(() => model.passes.length, SOON).toBeGreaterThan(2);
    const before = model.passes.length;
    await served.sample({ ...body, steps: 10 });
    // These are its ten steps, the pass that was running, and one or two passes until the answer arrived.
    expect(model.passes.length - before).toBeLessThan(15);
    expect(model.passes.slice(before)).toContain(2);
    await long.body?.cancel();
  });
});

describe('a thread that ends unexpectedly', () => {
  it('is replaced; only the requests running on it fail', async () => {
    const workers: Worker[] = [];
    const seen = (worker: Worker): void => void workers.push(worker);
    process.on('worker', seen);
    try {
      const served = await scene.serve();
      const expected = await floatsOf(await served.sample({ ...body, steps: 5 }));
      const inside = served.sample({ ...body, steps: 100, count: 64 });
      await sleep(30);
      // An unknown message makes the worker throw outside any call.
      workers.at(-1)?.postMessage({ id: -1, kind: 'nonsense' });
      const failed = await inside;
      expect([failed.status, await codeOf(failed)]).toEqual([503, 'RUNTIME_WORKER']);
      expect(failed.headers.get('retry-after')).toBe('1');
      expect(await floatsOf(await served.sample({ ...body, steps: 5 }))).toEqual(expected);
      expect(workers).toHaveLength(2);
      const metrics = await (await served.get('/metrics')).text();
      expect(metrics).toContain('isonoise_model_restarts_total{model="conv"} 1\n');
    } finally {
      process.off('worker', seen);
    }
  });
});

describe('stop', () => {
  it('finishes running requests, accepts no new ones, and closes', async () => {
    const model = slow();
    const served = await scene.serve(model);
    const running = served.sample({ ...body, steps: 20 });
    const kept = await served.get('/healthz');
    await kept.text();
    await expect.poll(() => model.passes.length, SOON).toBeGreaterThan(0);
    const stopped = served.listening.stop();
    const answer = await running;
    expect(answer.status).toBe(200);
    expect(await floatsOf(answer)).toHaveLength(30);
    await stopped;
    await expect(served.get('/healthz')).rejects.toThrow('fetch failed');
  });

  it('does not wait longer than its limit', async () => {
    const model = slow();
    const served = await scene.serve(model);
    const running = served.sample({ ...body, steps: 100 });
    await expect.poll(() => model.passes.length, SOON).toBeGreaterThan(0);
    await served.listening.stop(50);
    const answer = await running;
    expect([answer.status, await codeOf(answer)]).toEqual([503, 'SHUTTING_DOWN']);
  });

  it('opens no model for a request whose body arrives too late', async () => {
    const { server } = await scene.serve();
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const asked: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: readable,
      duplex: 'half',
    };
    const pending = server.app.fetch(new Request('http://localhost/v1/sample', asked));
    await server.shutDown(0);
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode(JSON.stringify({ ...body, steps: 1 })));
    await writer.close();
    const answer = await pending;
    expect([answer.status, await codeOf(answer)]).toEqual([503, 'SHUTTING_DOWN']);
    expect(server.models.open()).toBe(0);
  });
});

describe('serve', () => {
  it.each(['a b', 'http://localhost', '0.0.0.0:80', '[::1]', '256.1.1.1', 'a/b'])(
    'rejects "%s", which is not an address',
    async (host) => {
      const { server } = await scene.serve();
      await expect(serve(server, { host, port: 0 })).rejects.toMatchObject({
        code: 'SERVER_HOST_INVALID',
        message: `host (--host) is "${host}"; expected only a name or an address, such as localhost, 0.0.0.0 or ::1. Give the port with --port.`,
      });
    },
  );

  it.each(['localhost', '127.0.0.1', '::1'])('listens on "%s"', async (host) => {
    const { server } = await scene.serve();
    const listening = await serve(server, { host, port: 0 });
    expect(listening.port).toBeGreaterThan(0);
    await listening.stop(0);
  });

  it('reports that the port is in use', async () => {
    const first = await scene.serve();
    const { port } = first.listening;
    await expect(serve(first.server, { port })).rejects.toMatchObject({
      code: 'SERVER_CANNOT_LISTEN',
      message: `serve: port ${port} of 127.0.0.1 is in use. Stop the program that uses it, or choose another --port (0 picks one).`,
    });
  });
});

describe('pnpm serve', () => {
  it('prints its URL, logs JSON, and on SIGTERM exits with 0 once the answer is sent', async () => {
    const main = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));
    const args = [
      'serve',
      path.join(scene.folder, 'models/conv'),
      '--models',
      path.join(scene.folder, 'none'),
    ];
    const child = spawn(
      process.execPath,
      ['--conditions=@isonoise/source', '--import', 'tsx', main, ...args, '--port', '0', '--provider', 'cpu'],
      { env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '', ISONOISE_API_KEY: 'sesame' } },
    );
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    await expect.poll(() => stderr, SOON).toContain('provider');
    expect(stderr).toMatch(/models +conv: 5 × 6, grey, 2 classes, /);
    expect(stderr).toContain('with the key');
    const url = /isonoise serve (http:\S+)/.exec(stderr)?.[1];
    const request = fetch(new URL('v1/sample', url), {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: 'Bearer sesame',
        'X-Request-Id': 'last-one',
      },
      body: JSON.stringify({ ...body, count: 64, steps: 100 }),
    });
    await expect.poll(() => stdout, SOON).toContain('model opened');
    child.kill('SIGTERM');
    const answer = await request;
    expect(await floatsOf(answer)).toHaveLength(64 * 30);
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code, stderr).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(
      expect.objectContaining({ requestId: 'last-one', path: '/v1/sample', status: 200, msg: 'answered' }),
    );
    expect(stderr).toMatch(/\nfinishing the current requests; .*\n\nstopped\n$/);
    // Only a terminal gets the line for readers.
    expect(stderr).not.toContain('in a browser');
    expect(stdout).not.toContain('sesame');
  });
});
