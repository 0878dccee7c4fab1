import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import type { Denoiser } from './denoiser.ts';
import { sample } from './sample.ts';
import type { SampleRequest } from './sample-request.ts';
import type { SampleStep } from './sample-step.ts';
import { samplersFor } from './sampler-table.ts';
import { decodeSampling, encodeSampling } from './saved-json.ts';

const shape = { channels: 1, height: 3, width: 4 };
const SIZE = 12;

/**
 * A small nonlinear network that depends on neighbouring pixels, timestep and label. Each image's output depends
 * only on that image.
 */
const network: Denoiser = async (x, t, labels) =>
  x.map((value, i) => {
    const b = Math.floor(i / SIZE);
    const neighbour = x[b * SIZE + ((i + 1) % SIZE)] ?? 0;
    const label = labels === undefined ? 0 : (labels[b] ?? 0) / 10;
    return value / (1 + value * value) + 0.25 * neighbour - label + (t[b] ?? 0) / 4000;
  });

const request: SampleRequest = {
  shape,
  schedule: createSchedule({ kind: 'cosine' }),
  predictionType: 'epsilon',
  seed: 7,
  images: 3,
  steps: 8,
};

async function all(run: AsyncIterable<SampleStep>): Promise<SampleStep[]> {
  const steps: SampleStep[] = [];
  for await (const step of run) steps.push(step);
  return steps;
}

async function result(changed: Partial<SampleRequest> = {}): Promise<Float32Array> {
  const steps = await all(sample(network, { ...request, ...changed }));
  return steps.at(-1)?.x ?? new Float32Array();
}

const imageOf = (x: Float32Array, b: number): Float32Array => x.slice(b * SIZE, (b + 1) * SIZE);

const WAYS: readonly [string, Partial<SampleRequest>][] = [
  ['ddim', { sampler: 'ddim' }],
  ['ddim, η = 1', { sampler: 'ddim', eta: 1 }],
  ['ddpm', { sampler: 'ddpm' }],
  ...samplersFor('diffusion')
    .filter((name) => name !== 'ddim' && name !== 'ddpm')
    .map((sampler): [string, Partial<SampleRequest>] => [sampler, { sampler }]),
  // Settings that change what a sampler keeps from step to step.
  ['unipc of order 3', { sampler: 'unipc', order: 3, lowerOrderFinal: false }],
  ['unipc for ε', { sampler: 'unipc', order: 3, predictX0: false, uncorrectedSteps: 2 }],
  ['sa-solver of order 3', { sampler: 'sa-solver', order: 3, correctorOrder: 3, lowerOrderFinal: false }],
  ['sa-solver with a corrector of order 1', { sampler: 'sa-solver', correctorOrder: 1 }],
  ['deis of order 3', { sampler: 'deis', order: 3 }],
  ['dpmpp-3s, η = 1', { sampler: 'dpmpp-3s', eta: 1, solverType: 'heun' }],
  ['ddpm with guidance', { sampler: 'ddpm', classLabels: [1, 2, 3], guidance: 3, nullClass: 10 }],
];

describe('sample', () => {
  it('yields each step with its progress', async () => {
    const steps = await all(sample(network, request));
    expect(steps.map(({ step, steps, t }) => [step, steps, t])).toEqual(
      [999, 874, 749, 624, 499, 374, 249, 124].map((t, i) => [i + 1, 8, t]),
    );
    for (const step of steps) {
      expect(step.x).toHaveLength(3 * SIZE);
      expect(step.preview.every((value) => value >= -1 && value <= 1)).toBe(true);
      expect('elapsedMs' in step).toBe(false);
    }
    // With clipping, the estimate of the last step is its result.
    expect(steps.at(-1)?.preview).toEqual(steps.at(-1)?.x);
  });

  it('reports times from the given clock', async () => {
    let now = 1000;
    const slow: Denoiser = (x, t) => {
      now += 10;
      return network(x, t);
    };
    const steps = await all(sample(slow, { ...request, clock: () => now }));
    expect(steps.map(({ elapsedMs, remainingMs }) => [elapsedMs, remainingMs])).toEqual(
      [10, 20, 30, 40, 50, 60, 70, 80].map((ms) => [ms, 80 - ms]),
    );
  });

  it('clips the previews of unclipped runs without changing the run', async () => {
    const loud: Denoiser = async (x) => x.map((value) => -3 * value);
    const steps = await all(sample(loud, { ...request, clip: false }));
    const before = steps.map(({ x }) => x.slice());
    expect(steps.every(({ preview }) => preview.every((value) => Math.abs(value) <= 1))).toBe(true);
    expect(steps.some(({ x }) => x.some((value) => Math.abs(value) > 1))).toBe(true);
    expect(steps.map(({ x }) => x)).toEqual(before);
    expect(steps[0]?.preview).toBe(steps[0]?.preview);
  });

  it.each(WAYS)(
    'gives the same images for the same request, and different images for a different seed: %s',
    async (_, way) => {
      expect(await result(way)).toEqual(await result(way));
      expect(await result(way)).not.toEqual(await result({ ...way, seed: 8 }));
      expect(await result({ ...way, seed: '7' })).toEqual(await result({ ...way, seed: 7n }));
    },
  );

  it.each(WAYS)('gives images that do not depend on their batch or position: %s', async (_, way) => {
    const { classLabels, ...rest } = way;
    const labelled = (labels: number[]): Partial<SampleRequest> =>
      classLabels === undefined ? rest : { ...rest, classLabels: labels };
    const batch = await result({ ...labelled([1, 2, 3]), images: [5, 900, 4294967295] });
    const alone = await result({ ...labelled([2]), images: [900] });
    const turned = await result({ ...labelled([3, 2]), images: [4294967295, 900] });
    expect(imageOf(batch, 1)).toEqual(alone);
    expect(imageOf(turned, 1)).toEqual(alone);
    expect(imageOf(turned, 0)).toEqual(imageOf(batch, 2));
    expect(imageOf(batch, 0)).not.toEqual(imageOf(batch, 1));
  });

  // lcm is left out: it adds (0.05 / t)² of x to the estimate, and at t = 0 it returns x.
  const ENDS_AT_X0 = WAYS.filter(([, way]) => way.sampler !== 'lcm');

  it.each(ENDS_AT_X0)('ends a single step from any timestep at its estimate of x0: %s', async (_, way) => {
    for (const t of [0, 1, 999]) {
      // A step that drew noise would not end at the estimate.
      const [only, ...more] = await all(sample(network, { ...request, steps: 1, ...way, spacing: [t] }));
      expect(more).toEqual([]);
      expect(only).toMatchObject({ step: 1, steps: 1, t });
      expect(only?.x).toEqual(only?.preview);
    }
  });

  it.each(WAYS)('gives the same bits when resumed after any step: %s', async (_, way) => {
    const whole = await all(sample(network, { ...request, ...way }));
    for (const step of whole) {
      const elsewhere = decodeSampling(encodeSampling(step.save()));
      expect(elsewhere).toEqual(step.save());
      const rest = await all(sample(network, { from: elsewhere }));
      expect(rest.map(({ step, t, x }) => ({ step, t, x }))).toEqual(
        whole.slice(step.step).map(({ step, t, x }) => ({ step, t, x })),
      );
    }
  });

  it('saves a copy that later steps and callers do not change', async () => {
    const run = sample(network, request);
    const first = (await run.next()).value as SampleStep;
    const saved = first.save();
    const x = saved.x.slice();
    await run.next();
    expect(saved.x).toEqual(x);
    saved.x.fill(0);
    expect(first.x).toEqual(x);
  });

  it('ignores guidance of scale 1', async () => {
    const labelled = { classLabels: 4, nullClass: 10 };
    expect(await result({ ...labelled, guidance: 1 })).toEqual(await result({ classLabels: 4 }));
    expect(await result({ ...labelled, guidance: 2 })).not.toEqual(await result({ classLabels: 4 }));
    expect(await result({ ...labelled, guidance: 0 })).toEqual(await result({ classLabels: 10 }));
  });

  it('stops between steps on abort, with the given reason', async () => {
    const controller = new AbortController();
    let calls = 0;
    const counted: Denoiser = (x, t) => {
      calls++;
      return network(x, t);
    };
    const reason = new Error('enough');
    const seen: number[] = [];
    const run = async (): Promise<void> => {
      for await (const { step } of sample(counted, { ...request, signal: controller.signal })) {
        seen.push(step);
        if (step === 3) controller.abort(reason);
      }
    };
    await expect(run()).rejects.toBe(reason);
    expect([seen, calls]).toEqual([[1, 2, 3], 3]);
  });

  it('discards the output of a network call if it is aborted during the call', async () => {
    const controller = new AbortController();
    const aborting: Denoiser = async (x, t) => {
      if ((t[0] ?? 0) < 800) controller.abort();
      return network(x, t);
    };
    const steps: number[] = [];
    const run = async (): Promise<void> => {
      for await (const { step } of sample(aborting, { ...request, signal: controller.signal }))
        steps.push(step);
    };
    await expect(run()).rejects.toMatchObject({ name: 'AbortError' });
    expect(steps).toEqual([1, 2]);
  });

  it('refuses an invalid network output and reports the timestep', async () => {
    const run = (denoise: Denoiser): Promise<SampleStep[]> => all(sample(denoise, request));
    await expect(run(async (x) => new Float32Array(3 * x.length))).rejects.toMatchObject({
      code: 'SAMPLER_OUTPUT',
      message: expect.stringContaining('t = 999: got 108 values; expected 36'),
    });
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      await expect(
        run(async (x, t) => x.map((value, i) => (t[0] === 499 && i === 17 ? wrong : value))),
      ).rejects.toMatchObject({ code: 'SAMPLER_NON_FINITE', message: expect.stringContaining('t = 499') });
    }
  });

  it('refuses images that leave the range of float32, in the last step too', async () => {
    // The last ᾱ is about 1e-287, so x_0 = (x_t − …) / √ᾱ is about 1e143.
    const schedule = createSchedule({ kind: 'trained', betas: new Array<number>(18).fill(1 - 2 ** -53) });
    const extreme = {
      ...request,
      schedule,
      sampler: 'ddim',
      clip: false,
      steps: 1,
      spacing: 'trailing',
    } as const;
    await expect(all(sample(async (x) => x.map(() => 0), extreme))).rejects.toMatchObject({
      code: 'SAMPLER_NON_FINITE',
      message: expect.stringContaining('after step 1'),
    });
  });
});
