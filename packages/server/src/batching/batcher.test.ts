import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DenoiserHandle, type ModelSampleRequest, toSampleRequest } from '@isonoise/runtime';
import { createDenoiser } from '@isonoise/runtime-node';
import { type Denoiser, sample } from '@isonoise/sampler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Batcher, type Pass } from './batcher.ts';

const never = new AbortController().signal;
const spec = { image: { channels: 1, height: 1, width: 2 } };

/** A network whose answer tells which image, at which time, of which class it was; and which passes there were. */
function traced(maxBatch: number): { batcher: Batcher; passes: number[][] } {
  const passes: number[][] = [];
  const run: Denoiser = async (x, t, labels) => {
    passes.push([...t]);
    await sleep(2);
    return x.map((value, i) => value + 100 * (t[i >> 1] ?? 0) + 10_000 * (labels?.[i >> 1] ?? 0));
  };
  return { batcher: new Batcher(run, { spec, maxBatch }), passes };
}

const images = (count: number, from = 0): Float32Array =>
  Float32Array.from({ length: 2 * count }, (_, i) => from + i);
const times = (count: number, t: number): Float32Array => new Float32Array(count).fill(t);

describe('Batcher', () => {
  it('puts calls at different timesteps into one pass, and hands each its own answer', async () => {
    const { batcher, passes } = traced(8);
    const denoise = batcher.denoiser(never);
    const [one, two] = await Promise.all([
      denoise(images(1), times(1, 3), Int32Array.of(1)),
      denoise(images(2, 50), times(2, 7), Int32Array.of(0, 2)),
    ]);
    expect(passes).toEqual([[3, 7, 7]]);
    expect([...one]).toEqual([10_300, 10_301]);
    expect([...two]).toEqual([750, 751, 20_752, 20_753]);
  });

  it('splits a call that is larger than a pass, and lets others in between', async () => {
    const { batcher, passes } = traced(4);
    const order: string[] = [];
    const large = batcher
      .denoiser(never)(images(9), times(9, 1))
      .then((output) => {
        order.push('large');
        return output;
      });
    const small = batcher
      .denoiser(never)(images(1, 90), times(1, 2))
      .then((output) => {
        order.push('small');
        return output;
      });
    expect([...(await large)]).toEqual([...images(9)].map((value) => value + 100));
    expect([...(await small)]).toEqual([290, 291]);
    expect(order).toEqual(['small', 'large']);
    expect(passes).toEqual([
      [1, 1, 1, 2],
      [1, 1, 1, 1],
      [1, 1],
    ]);
  });

  it('drops what was aborted before the next pass, and fails only what was in a failed one', async () => {
    let failing = true;
    const run: Denoiser = async (x) => {
      await sleep(5);
      if (failing) throw new Error('broken');
      return x.slice();
    };
    const batcher = new Batcher(run, { spec, maxBatch: 1 });
    const controller = new AbortController();
    const first = batcher.denoiser(never)(images(1), times(1, 0));
    const aborted = batcher.denoiser(controller.signal)(images(1), times(1, 0));
    const third = batcher.denoiser(never)(images(1, 5), times(1, 0));
    controller.abort(new Error('gone'));
    const settled = Promise.allSettled([first, aborted, third]);
    await expect(first).rejects.toThrow('broken');
    failing = false;
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    await expect(aborted).rejects.toThrow('gone');
    expect([...(await third)]).toEqual([5, 6]);
  });
});

describe('Batcher over the shipped model, on the CPU', () => {
  let handle: DenoiserHandle;
  beforeAll(async () => {
    handle = await createDenoiser(path.resolve(import.meta.dirname, '../../../../models/mnist'), {
      provider: 'cpu',
      threads: 1,
    });
  });
  afterAll(() => handle.dispose());

  async function draw(denoise: Denoiser, request: ModelSampleRequest): Promise<Float32Array> {
    let x = new Float32Array();
    const full = toSampleRequest(handle.spec, request);
    for await (const step of sample(denoise, full)) x = new Float32Array(step.x);
    return x;
  }

  it('draws each image bit for bit as alone, whatever runs beside it', async () => {
    const requests: readonly ModelSampleRequest[] = [
      { seed: 1, steps: 6 },
      { seed: 2, steps: 3, count: 3, class: 4 },
      { seed: 3, steps: 4, class: 7, guidance: 3 },
      { seed: 4, steps: 5, count: 2, class: ['1', '2'], guidance: 1.5, eta: 0.5 },
      { seed: 5, steps: 4, sampler: 'ddpm', images: [9, 4] },
      { seed: 6, steps: 2, count: 9 },
      { seed: 7, steps: 5, sampler: 'ddpm', class: 0, guidance: 2, variance: 'fixedLarge' },
    ];
    const alone: Float32Array[] = [];
    for (const request of requests) alone.push(await draw(handle.denoise, request));

    for (const maxBatch of [5, 64]) {
      const passes: Pass[] = [];
      const batcher = new Batcher(handle.denoise, {
        spec: handle.spec,
        maxBatch,
        onPass: (pass) => passes.push(pass),
      });
      const together = await Promise.all(
        requests.map(async (request, i) => {
          // They arrive one after the other, in the middle of each other's passes.
          await sleep((i * 37) % 60);
          return draw(batcher.denoiser(never), request);
        }),
      );
      for (const [i, image] of together.entries()) expect(image, `request ${i}`).toEqual(alone[i]);
      expect(Math.max(...passes.map(({ calls }) => calls))).toBeGreaterThan(2);
      expect(Math.max(...passes.map((pass) => pass.images))).toBeLessThanOrEqual(maxBatch);
    }
  });
});
