import { toSchedulerConfig } from '@isonoise/bundle';
import { createModel, type DenoiserHandle, type Model, runtimeError } from '@isonoise/runtime';
import { expect, it } from 'vitest';
import { watchedHandle } from './watched-handle.ts';

const request = { seed: 1, count: 1, steps: 2, sampler: 'ddim' } as const;
const ended = runtimeError('RUNTIME_WORKER', 'denoise: the thread ended.');
const lost = new Error('the device is lost');

/** Opens a network whose calls fail with an error; null if they succeed. */
function scene(error: unknown, { hasSampler = false } = {}) {
  const log: string[] = [];
  const handle: DenoiserHandle = {
    spec: {
      name: 'points',
      image: { channels: 1, height: 1, width: 1 },
      dataRange: [-1, 1],
      scheduler: toSchedulerConfig({ kind: 'linear' }),
      classes: null,
    },
    golden: null,
    provider: { name: 'wasm', reason: 'a test' },
    async denoise(x) {
      if (error !== null) throw error;
      return x;
    },
    ...(hasSampler && {
      // biome-ignore lint/correctness/useYield: the first step fails
      async *sample() {
        throw error;
      },
    }),
    dispose: async () => {},
  };
  return { log, model: createModel(watchedHandle(handle, () => log.push('broken'))) };
}

async function draw(model: Model, more: Partial<Parameters<Model['sample']>[0]> = {}): Promise<void> {
  for await (const _ of model.sample({ ...request, ...more }));
}

it.each([
  ['reports a network whose thread ended', ended, ['broken']],
  ['reports a network whose GPU was lost', lost, ['broken']],
  ['does not report a network that cannot draw a request', runtimeError('RUNTIME_REQUEST', 'too large.'), []],
])('watchedHandle %s', async (_, error, log) => {
  for (const hasSampler of [false, true]) {
    const made = scene(error, { hasSampler });
    await expect(draw(made.model)).rejects.toBe(error);
    expect(made.log).toEqual(log);
  }
});

it('watchedHandle reports only the guide if the guide fails', async () => {
  const drawn = scene(null);
  const guide = scene(lost);
  await expect(draw(drawn.model, { guide: guide.model, guidance: 2 })).rejects.toBe(lost);
  expect([drawn.log, guide.log]).toEqual([[], ['broken']]);
});

it('watchedHandle does not report a cancelled run', async () => {
  const reason = new DOMException('cancelled', 'AbortError');
  const { log, model } = scene(reason, { hasSampler: true });
  await expect(draw(model, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(log).toEqual([]);
});
