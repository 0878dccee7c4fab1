import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { createDenoiser } from '@isonoise/runtime-node';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, floatsOf, Scene } from '../../../tests/support/served.ts';
import { body, codeOf, slow, streaming } from '../testdata/slow-model.ts';
import type { ServerOptions } from './create-server.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterEach(() => scene.stopServers());
afterAll(() => scene.remove());

describe('a request', () => {
  it('starts no further pass after its client disconnects', async () => {
    const model = slow();
    const served = await scene.serve(model);
    for (const format of ['stream', 'float32']) {
      const controller = new AbortController();
      const answer = served
        .sample({ ...body, steps: 100, format }, { signal: controller.signal })
        .catch(() => undefined);
      await expect.poll(() => model.passes.length).toBeGreaterThan(2);
      controller.abort();
      await answer;
      await expect
        .poll(async () =>
          (await (await served.get('/metrics')).text()).includes('isonoise_samples_in_flight 0'),
        )
        .toBe(true);
      // No pass starts after the one that was running.
      const before = model.passes.length;
      await sleep(100);
      expect(model.passes.length, format).toBe(before);
      model.passes.length = 0;
    }
  });

  it('fails with TIME_LIMIT if it exceeds the time limit', async () => {
    const served = await scene.serve({ ...slow(), limits: { requestMs: 200 } });
    const late = await served.sample({ ...body, steps: 100 });
    expect([late.status, await codeOf(late)]).toEqual([504, 'TIME_LIMIT']);
    const events = eventsOf(await (await streaming(served, 100)).text());
    expect(events.at(-1)).toMatchObject({ name: 'error', data: { code: 'TIME_LIMIT' } });
    // On a busy machine, even one step can exceed the limit.
    await expect.poll(async () => (await served.sample({ ...body, steps: 1 })).status).toBe(200);
  });
});

describe('a client that stops reading', () => {
  it('is disconnected when its request exceeds the time limit', async () => {
    const lines: unknown[] = [];
    const log = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    // Even a busy machine fills the buffers of the connection within the limit, because the model does not compute.
    const open: ServerOptions['open'] = async (folder, options) => ({
      ...(await createDenoiser(folder, options)),
      denoise: async (x) => x.slice(),
    });
    const served = await scene.serve({
      preload: ['conv'],
      limits: { requestMs: 5000, maxBatch: 1024 },
      log,
      open,
    });
    await expect.poll(async () => (await served.get('/readyz')).status).toBe(200);
    // The response is longer than the buffers of a connection: it has 100 steps with 1024 previews of 30 values.
    const answer = await served.sample({ ...body, count: 1024, steps: 100, format: 'stream' });
    const inFlight = async (): Promise<string | undefined> =>
      /isonoise_samples_in_flight (\d)/.exec(await (await served.get('/metrics')).text())?.[1];
    expect(await inFlight()).toBe('1');
    await expect.poll(inFlight).toBe('0');
    await expect(answer.text()).rejects.toThrow('terminated');
    const sampled = expect.objectContaining({ msg: 'sampled', images: 1024, outcome: 'TIME_LIMIT' });
    await expect.poll(() => lines).toContainEqual(sampled);
  });
});

describe('a thread that ends unexpectedly', () => {
  it('fails the request that runs on it, and is replaced', async () => {
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
    await expect.poll(() => model.passes.length).toBeGreaterThan(0);
    const stopped = served.listening.stop();
    const answer = await running;
    expect(answer.status).toBe(200);
    expect(await floatsOf(answer)).toHaveLength(30);
    await stopped;
    await expect(served.get('/healthz')).rejects.toThrow('fetch failed');
  });

  it('ends running requests with SHUTTING_DOWN after its time limit', async () => {
    const model = slow();
    const served = await scene.serve(model);
    const running = served.sample({ ...body, steps: 100 });
    await expect.poll(() => model.passes.length).toBeGreaterThan(0);
    await served.listening.stop(50);
    const answer = await running;
    expect([answer.status, await codeOf(answer)]).toEqual([503, 'SHUTTING_DOWN']);
  });
});

describe('shutDown', () => {
  it('opens no model for a request whose body arrives afterwards', async () => {
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
