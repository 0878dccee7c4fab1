import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DenoiserHandle, type ModelSampleRequest, toSampleRequest } from '@isonoise/runtime';
import { createDenoiser } from '@isonoise/runtime-node';
import { type Denoiser, sample, toSamplingStart } from '@isonoise/sampler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Batcher, type Pass } from './batcher.ts';
import type { Claim } from './claim.ts';

const never = new AbortController().signal;
let arrivals = 0;
/** Returns the claim of a request that needs `passes` more passes. */
const claim = (passes: number, signal: AbortSignal = never): Claim => ({
  signal,
  passes,
  arrival: arrivals++,
});
const spec = { image: { channels: 1, height: 1, width: 2 } };

/**
 * Returns a batcher and a list of the timesteps of each pass. The network's output encodes the image, the timestep and
 * the class.
 */
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
  it('combines calls at different timesteps in one pass, and gives each call its own output', async () => {
    const { batcher, passes } = traced(8);
    const [one, two] = await Promise.all([
      batcher.denoiser(claim(1))(images(1), times(1, 3), Int32Array.of(1)),
      batcher.denoiser(claim(2))(images(2, 50), times(2, 7), Int32Array.of(0, 2)),
    ]);
    expect(passes).toEqual([[3, 7, 7]]);
    expect([...one]).toEqual([10_300, 10_301]);
    expect([...two]).toEqual([750, 751, 20_752, 20_753]);
  });

  it('runs each image with its own tags, even if a call takes several passes', async () => {
    const rows: number[][] = [];
    const run: Denoiser = async (x, t, condition) => {
      const width = (condition?.length ?? 0) / t.length;
      rows.push([...(condition ?? [])]);
      return x.map((_, i) => condition?.[(i >> 1) * width + 1] ?? 0);
    };
    const batcher = new Batcher(run, { spec, maxBatch: 2 });
    const [one, two] = await Promise.all([
      batcher.denoiser(claim(1))(images(1), times(1, 3), Float32Array.of(1, 2, 3)),
      batcher.denoiser(claim(3))(images(3), times(3, 7), Float32Array.of(4, 5, 6, 7, 8, 9, 10, 11, 12)),
    ]);
    expect([...one]).toEqual([2, 2]);
    expect([...two]).toEqual([5, 5, 8, 8, 11, 11]);
    expect(rows).toEqual([
      [1, 2, 3, 4, 5, 6],
      [7, 8, 9, 10, 11, 12],
    ]);
  });

  it('splits a call that is larger than a pass and serves other calls in between', async () => {
    const { batcher, passes } = traced(4);
    const order: string[] = [];
    const large = batcher
      .denoiser(claim(9))(images(9), times(9, 1))
      .then((output) => {
        order.push('large');
        return output;
      });
    const small = batcher
      .denoiser(claim(1))(images(1, 90), times(1, 2))
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

  it('gives each call its predictions and variances if the network outputs both', async () => {
    const run: Denoiser = async (x, t) =>
      Float32Array.from({ length: 2 * x.length }, (_, i) => {
        const image = i >> 2;
        const value = x[2 * image + (i & 1)] ?? Number.NaN;
        return (i & 2) === 0 ? value : 1000 * (t[image] ?? 0) + value;
      });
    const batcher = new Batcher(run, { spec, maxBatch: 3 });
    const [one, four] = await Promise.all([
      batcher.denoiser(claim(1))(images(1), times(1, 3)),
      // This call takes two passes.
      batcher.denoiser(claim(4))(images(4, 10), times(4, 7)),
    ]);
    expect([...one]).toEqual([0, 1, 3000, 3001]);
    expect([...four]).toEqual(
      [10, 12, 14, 16].flatMap((first) => [first, first + 1, 7000 + first, 7001 + first]),
    );
  });

  it('finishes some of many equal requests early, and finishes a long request while short ones keep arriving', async () => {
    const { batcher, passes } = traced(8);
    /** Runs a request of one image. @returns the number of passes after which it was done */
    const run = async (steps: number): Promise<number> => {
      const denoise = batcher.denoiser(claim(steps));
      for (let step = 0; step < steps; step++) await denoise(images(1), times(1, step));
      return passes.length;
    };
    // 32 requests of 5 steps need 20 passes of 8 images. Served in turn, all requests would end in the last four
    // passes.
    const ends = await Promise.all(Array.from({ length: 32 }, () => run(5)));
    expect(passes.every(({ length }) => length === 8)).toBe(true);
    expect([8, 16, 24, 32].map((n) => ends.sort((a, b) => a - b)[n - 1])).toEqual([5, 10, 15, 20]);

    const before = passes.length;
    let ended = 0;
    const long = run(40).then((at) => {
      ended = at - before;
    });
    const clients = Array.from({ length: 16 }, async () => {
      while (ended === 0) await run(2);
    });
    await Promise.all([long, ...clients]);
    // The oldest request has a place in every pass, so it needs about 40 passes for its 40 steps.
    expect(ended).toBeLessThanOrEqual(42);
  });

  it('runs a small request in short passes, which also take images of a large request', async () => {
    const { batcher, passes } = traced(64);
    const request = async (count: number, steps: number): Promise<number> => {
      const denoise = batcher.denoiser(claim(count * steps));
      for (let step = 0; step < steps; step++) await denoise(images(count), times(count, step));
      return passes.flat().length;
    };
    const large = request(64, 20);
    await sleep(0);
    // A pass of 64 may be running already. The ten short passes have 16 images each; full passes would have 64.
    expect(await request(1, 10)).toBeLessThanOrEqual(64 + 10 * 16);
    expect(await large).toBe(64 * 20 + 10);
  });

  it('rejects aborted calls before the next pass, and rejects only the calls of a failed pass', async () => {
    let failing = true;
    const run: Denoiser = async (x) => {
      await sleep(5);
      if (failing) throw new Error('broken');
      return x.slice();
    };
    const batcher = new Batcher(run, { spec, maxBatch: 1 });
    const controller = new AbortController();
    const first = batcher.denoiser(claim(1))(images(1), times(1, 0));
    const aborted = batcher.denoiser(claim(1, controller.signal))(images(1), times(1, 0));
    const third = batcher.denoiser(claim(1))(images(1, 5), times(1, 0));
    controller.abort(new Error('aborted'));
    const settled = Promise.allSettled([first, aborted, third]);
    await expect(first).rejects.toThrow('broken');
    failing = false;
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    await expect(aborted).rejects.toThrow('aborted');
    expect([...(await third)]).toEqual([5, 6]);
  });
});

describe('Batcher with the shipped model, on the CPU', () => {
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

  it('draws each image exactly as without concurrent requests', async () => {
    const requests: readonly ModelSampleRequest[] = [
      { seed: 1, steps: 6 },
      { seed: 2, steps: 3, count: 3, class: 4 },
      { seed: 3, steps: 4, class: 7, guidance: 3 },
      { seed: 4, steps: 5, count: 2, class: ['1', '2'], guidance: 1.5, sampler: 'ddim', eta: 0.5 },
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
          // Each request begins at a different time, while earlier requests are running.
          await sleep((i * 37) % 60);
          const { plan } = toSamplingStart(toSampleRequest(handle.spec, request));
          const passes = plan.steps.length * plan.images.length * (plan.guidance === 1 ? 1 : 2);
          return draw(batcher.denoiser(claim(passes)), request);
        }),
      );
      for (const [i, image] of together.entries()) expect(image, `request ${i}`).toEqual(alone[i]);
      expect(Math.max(...passes.map(({ calls }) => calls))).toBeGreaterThan(2);
      expect(Math.max(...passes.map((pass) => pass.images))).toBeLessThanOrEqual(maxBatch);
    }
  });
});
