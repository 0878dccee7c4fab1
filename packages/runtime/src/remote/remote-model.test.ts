import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { type SampleRequest, type SampleStep, sample, samplersFor, toSamplingStart } from '@isonoise/sampler';
import { afterEach, describe, expect, it } from 'vitest';
import { pointDenoiser, pointSpec } from '../../testdata/point-denoiser.ts';
import { pointSession, type SessionLog } from '../../testdata/point-session.ts';
import { contractOf } from '../contract.ts';
import { toSampleRequest } from '../model-request.ts';
import type { Port } from './port.ts';
import {
  type OpenRequest,
  type ReplyMessage,
  STEPS_AHEAD,
  STEPS_GRANTED,
  STEPS_TOGETHER_MS,
} from './protocol.ts';
import { RemoteModel } from './remote-model.ts';
import { type OpenedSession, serveModel } from './serve-model.ts';

const ends: MessagePort[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end.close();
});

/**
 * Connects both ends in this thread through a channel. Like a channel between threads, it clones and transfers
 * messages.
 */
async function connected(
  spec = pointSpec,
  clock = (): number => performance.now(),
): Promise<{ model: RemoteModel; log: SessionLog; busy: boolean[]; together: number[] }> {
  const connection = unopened(spec, clock);
  await connection.model.open(openRequest());
  return connection;
}

const openRequest = (): OpenRequest => ({
  model: new Uint8Array(8),
  contract: contractOf(pointSpec),
  provider: 'cpu',
  options: undefined,
});

function unopened(
  spec = pointSpec,
  clock = (): number => performance.now(),
): Awaited<ReturnType<typeof connected>> {
  const { port1, port2 } = new MessageChannel();
  ends.push(port1);
  const opened = pointSession(spec);
  const open = async (): Promise<OpenedSession> => {
    await nextTurn();
    opened.log.opened++;
    return opened;
  };
  serveModel(portOf(port2), { open, clock });
  const together: number[] = [];
  port1.on('message', (message: ReplyMessage) => {
    if (message.kind === 'steps') together.push(message.steps.length);
  });
  const busy: boolean[] = [];
  const model = new RemoteModel(portOf(port1), { onBusy: (is) => busy.push(is) });
  return { model, log: opened.log, busy, together };
}

function portOf(end: MessagePort): Port {
  return {
    post: (message, transfer) => end.postMessage(message, transfer),
    onMessage: (listener) => {
      end.on('message', listener);
    },
  };
}

const context = { batchSize: 64 };
/** DDPM draws noise in each step; guidance doubles the batch. */
const request = (seed: number, steps = 12): SampleRequest =>
  toSampleRequest(pointSpec, { seed, count: 3, steps, sampler: 'ddpm', class: 1, guidance: 1.5 });

async function collect(steps: AsyncIterable<SampleStep>): Promise<SampleStep[]> {
  const all: SampleStep[] = [];
  for await (const step of steps) all.push(step);
  return all;
}

const failure = (act: Promise<unknown>): Promise<unknown> => act.catch((reason: unknown) => reason);

/** Expects steps with equal bits, including previews and saved states. */
function expectEqual(got: readonly SampleStep[], expected: readonly SampleStep[]): void {
  const all = ({ preview, save, ...rest }: SampleStep): unknown => ({ ...rest, preview, saved: save() });
  expect(got.map(all)).toEqual(expected.map(all));
}

describe('RemoteModel.sample', () => {
  it('yields the steps of a local sample(), bit for bit, even with concurrent runs', async () => {
    const { model, log } = await connected();
    const runs = [1, 2, 3].map((seed) => collect(model.sample(request(seed), context)));
    for (const [i, steps] of (await Promise.all(runs)).entries()) {
      expectEqual(steps, await collect(sample(pointDenoiser(pointSpec), request(i + 1))));
    }
    expect(log.atOnce).toBe(1);
  });

  it('resumes a run that was saved locally or remotely', async () => {
    const { model } = await connected();
    const here = await collect(sample(pointDenoiser(pointSpec), request(5)));
    const there = await collect(model.sample(request(5), context));
    for (const [saver, at] of [
      [here, 4],
      [there, 9],
      [there, 11],
    ] as const) {
      const from = saver[at]?.save();
      if (from === undefined) throw new Error('no such step');
      expectEqual(await collect(model.sample({ from }, context)), here.slice(at + 1));
    }
  });

  it.each(samplersFor('diffusion'))(
    'yields the steps of a local sample() with %s, also after resuming',
    async (sampler) => {
      const { model } = await connected();
      const asked = toSampleRequest(pointSpec, { seed: 5, count: 2, steps: 12, sampler, class: 1 });
      const here = await collect(sample(pointDenoiser(pointSpec), asked));
      const there = await collect(model.sample(asked, context));
      expectEqual(there, here);
      for (const at of [0, 4, 10]) {
        const from = there[at]?.save();
        if (from === undefined) throw new Error('no such step');
        expectEqual(await collect(model.sample({ from }, context)), here.slice(at + 1));
      }
    },
  );

  it('clips previews even if the sampler does not clip', async () => {
    const { model } = await connected();
    const unclipped = { ...request(6), clip: false } as const;
    expectEqual(
      await collect(model.sample(unclipped, context)),
      await collect(sample(pointDenoiser(pointSpec), unclipped)),
    );
  });

  it('passes at most batchSize images per call', async () => {
    const { model, log } = await connected();
    await collect(model.sample(request(1, 2), { batchSize: 4 }));
    // Guidance doubles three images to six rows.
    expect(log.runs).toEqual([4, 2, 4, 2]);
  });

  it('computes a limited number of steps ahead of its consumer', async () => {
    const { model, log } = await connected();
    const steps = model.sample(request(1, 60), context);
    // The thread computes one more step before it waits.
    for (const taken of [1, 2, 3, 4]) {
      await steps.next();
      const most = taken - (taken % STEPS_GRANTED) + STEPS_AHEAD + 1;
      await expect.poll(() => log.runs.length).toBe(most);
      await sleep(20);
      expect(log.runs).toHaveLength(most);
    }
    await steps.return();
    await sleep(30);
    expect(log.runs.length).toBeLessThanOrEqual(4 + STEPS_AHEAD + 1);
    // When the consumer has ended the first run, the model accepts a second one.
    expect(await collect(model.sample(request(1), context))).toHaveLength(12);
  });

  it('sends fast steps together and slow ones individually', async () => {
    let now = 0;
    const fast = await connected(pointSpec, () => now);
    await collect(fast.model.sample(request(1, 4), context));
    // The first step is sent at once. The remaining three are sent together when the last step is ready.
    expect(fast.together).toEqual([1, 3]);
    const slow = await connected(pointSpec, () => (now += STEPS_TOGETHER_MS));
    await collect(slow.model.sample(request(1, 4), context));
    expect(slow.together).toEqual([1, 1, 1, 1]);
  });

  it('measures times with the given clock', async () => {
    const { model } = await connected();
    let now = 100;
    const steps = await collect(model.sample(request(1, 4), { ...context, clock: () => (now += 10) }));
    expect(steps.map(({ elapsedMs, remainingMs }) => [elapsedMs, remainingMs])).toEqual([
      [10, 30],
      [20, 20],
      [30, 10],
      [40, 0],
    ]);
    expect(await collect(model.sample(request(1, 1), context))).not.toHaveProperty('0.elapsedMs');
  });

  it('stops the remote run when aborted, and throws the reason at once', async () => {
    const { model, log } = await connected();
    const controller = new AbortController();
    const seen: number[] = [];
    const drawn = (async () => {
      for await (const { step } of model.sample(request(1, 50), { ...context, signal: controller.signal })) {
        seen.push(step);
        if (step === 3) controller.abort(new Error('enough'));
      }
    })();
    await expect(drawn).rejects.toThrow('enough');
    expect(seen).toEqual([1, 2, 3]);
    await sleep(30);
    expect(log.runs.length).toBeLessThanOrEqual(3 + STEPS_AHEAD + 1);
    const late = collect(
      model.sample(request(1), { ...context, signal: AbortSignal.abort(new Error('late')) }),
    );
    await expect(late).rejects.toThrow('late');
  });

  it('rejects with the class and the code of the remote error', async () => {
    const { model } = await connected();
    const wrong = { ...request(1), classLabels: 9 };
    expect(await failure(collect(model.sample(wrong, context)))).toMatchObject({
      name: 'IsonoiseError',
      code: 'RUNTIME_INPUT',
    });
    expect(await failure(collect(model.sample(request(1), { batchSize: 0 })))).toMatchObject({
      code: 'RUNTIME_REQUEST',
    });
    const { plan, nextStep } = toSamplingStart(request(1));
    // With the largest float32, the network's ε = (x − α μ) / σ overflows.
    const x = new Float32Array(plan.images.length * 24).fill(3.4028234e38);
    const error = await failure(collect(model.sample({ from: { plan, nextStep, x } }, context)));
    expect(error).toMatchObject({ name: 'IsonoiseError', code: 'SAMPLER_NON_FINITE' });
    expect((error as Error).constructor.name).toBe('IsonoiseError');
    expect(await failure(collect(model.sample({ ...request(1), steps: 0 }, context)))).toMatchObject({
      code: 'SCHEDULE_SPACING',
    });
  });

  it('is busy only while a caller waits for a step', async () => {
    const { model, busy } = await connected();
    const steps = model.sample(request(1), context);
    await steps.next();
    expect(busy).toEqual([true, false, true, false]);
    await sleep(20);
    expect(busy.at(-1)).toBe(false);
    await steps.return();
  });
});

describe('RemoteModel', () => {
  it('opens only one session for two concurrent open calls', async () => {
    const { model, log } = unopened();
    const [first, second] = await Promise.allSettled([model.open(openRequest()), model.open(openRequest())]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ reason: { code: 'RUNTIME_WORKER' } });
    await model.close();
    expect([log.opened, log.released]).toEqual([1, 1]);
  });

  it('ends all calls and runs when it is closed, and releases the session once', async () => {
    const { model, log } = await connected();
    const [x, t, labels] = [new Float32Array(24), new Float32Array(1), new Int32Array(1)];
    const pending = [
      collect(model.sample(request(1), context)),
      collect(model.sample(request(2), context)),
      model.denoise(x, t, labels),
    ].map(failure);
    // The session is running the first call; the third, `denoise`, is still queued.
    while (log.runs.length === 0) await nextTurn();
    await Promise.all([model.close(), model.close()]);
    for (const error of await Promise.all(pending)) expect(error).toMatchObject({ code: 'RUNTIME_DISPOSED' });
    expect(log.released).toBe(1);
    expect(await failure(model.denoise(x, t, labels))).toMatchObject({ code: 'RUNTIME_DISPOSED' });
    expect(await failure(collect(model.sample(request(1), context)))).toMatchObject({
      code: 'RUNTIME_DISPOSED',
    });
  });

  it('rejects all calls and runs after fail() is called', async () => {
    const { model, log } = await connected();
    const run = failure(collect(model.sample(request(1), context)));
    const call = failure(model.denoise(new Float32Array(24), new Float32Array(1), new Int32Array(1)));
    while (log.runs.length === 0) await nextTurn();
    model.fail('it was unplugged', { advice: 'Plug it in.' });
    for (const error of [await run, await call, await failure(collect(model.sample(request(1), context)))]) {
      expect(error).toMatchObject({ name: 'IsonoiseError', code: 'RUNTIME_WORKER' });
      expect(String(error)).toMatch(/the thread of the model ended: it was unplugged\. Plug it in\.$/);
    }
    await model.close();
  });
});
