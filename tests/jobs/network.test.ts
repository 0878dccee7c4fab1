import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, connect, JobClient } from '@isonoise/jobs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CuttableProxy } from '../support/cuttable-proxy.ts';
import { drawnHere, fakeModels, fakeStart } from './fake-model.ts';
import { JobsHarness } from './harness.ts';

const jobs = new JobsHarness();
let proxy: CuttableProxy;
let changes: boolean[] = [];
let connection: Connection;
let client: JobClient;
beforeEach(async () => {
  proxy = new CuttableProxy(jobs.redis.port);
  await proxy.open();
  changes = [];
  connection = await connect(`redis://127.0.0.1:${proxy.port}`, { onLost: (isLost) => changes.push(isLost) });
  client = new JobClient(connection);
});
afterEach(async () => {
  await jobs.stopWorkers();
  await client.close();
  connection.close();
  await proxy.cut();
});

describe('a network that is cut', () => {
  it('is reported once, even if several attempts to reconnect fail', async () => {
    await proxy.cut();
    // Attempts follow after 0.1, 0.2, 0.3, … seconds.
    await pause(1500);
    expect(changes).toEqual([true]);
    await proxy.open();
    await expect.poll(() => changes).toEqual([true, false]);
    proxy.closeAll();
    await expect.poll(() => changes).toEqual([true, false, true, false]);
  });

  it('does not keep a client from stopping', async () => {
    const record = await jobs.send(3);
    const stop = new AbortController();
    const collecting = (async () => {
      for await (const _ of client.collect(record, stop.signal)) throw new Error('nothing was drawn');
    })();
    const ended = expect(collecting).rejects.toThrow('enough');
    await pause(300);
    await proxy.cut();
    await pause(300);
    stop.abort(new Error('enough'));
    await ended;
    await proxy.open();
  });

  it('repeatedly does not lose images, neither at the client nor at the workers', async () => {
    const record = await jobs.send(3 * 40);
    for (let i = 0; i < 2; i++) jobs.work(fakeModels({ stepMs: 15 }), { connection });
    let isDone = false;
    const collecting = jobs.collected(record, client).finally(() => {
      isDone = true;
    });
    for (let i = 0; !isDone && i < 100; i++) {
      await pause(250);
      if (i % 4 === 3) {
        await proxy.cut();
        await pause(400);
        await proxy.open();
      } else proxy.closeAll();
    }
    expect((await collecting).images).toEqual(await drawnHere(fakeStart(3 * 40)));
    expect((await client.progress(record.id)).state).toBe('done');
    expect(proxy.accepted).toBeGreaterThan(10);
  }, 120_000);

  it('for longer than the lock of a range lets a second worker draw the range; only one result is kept', async () => {
    let [begun, ended] = [0, 0];
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const outcomes: string[] = [];
    const note = (name: string) => (_: unknown, __: number, outcome: string) => {
      outcomes.push(`${name} ${outcome}`);
      ended++;
    };
    jobs.work(fakeModels({ gate, onStep: () => begun++ }), { connection, onRange: note('cut') });
    const record = await jobs.send(3);
    await expect.poll(() => begun).toBe(1);
    await proxy.cut();
    jobs.work(fakeModels(), { onRange: note('other') });
    const { images, steps } = await jobs.collected(record);
    await proxy.open();
    open();
    await expect.poll(() => ended).toBe(2);
    expect(outcomes).toEqual(['other stored', expect.stringMatching(/^cut (known|done)$/)]);
    expect([images, steps]).toEqual([await drawnHere(fakeStart(3)), [6]]);
    expect(await jobs.connection.redis.zcard('isonoise:ranges-v2:failed')).toBe(0);
  });

  it('without a closed connection is noticed, and the work continues on a new connection', async () => {
    const record = await jobs.send(3);
    proxy.silence(true);
    const reading = client.progress(record.id);
    await expect.poll(() => changes).toEqual([true]);
    proxy.silence(false);
    expect((await reading).state).toBe('open');
  });
});
