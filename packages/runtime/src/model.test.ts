import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { type SavedSampling, samplersFor } from '@isonoise/sampler';
import { describe, expect, it } from 'vitest';
import { POINTS, pointDenoiser, pointSpec } from '../testdata/point-denoiser.ts';
import { pointModel } from '../testdata/point-model.ts';
import type { Model } from './model.ts';

type Request = Parameters<Model['sample']>[0];

async function last(model: Model, request: Request): Promise<Float32Array> {
  let result = new Float32Array();
  for await (const { x } of model.sample(request)) result = new Float32Array(x);
  return result;
}

/** @returns the largest distance of a value from `target` */
const distance = (values: Float32Array, target: number): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value - target)), 0);

// Each step computes (x_t − √(1−ᾱ)ε)/√ᾱ in float32 with values of order 1. The rounding error of a step is a few
// times 2⁻²⁴.
const ROUNDING = 2e-6;

describe('createModel', () => {
  it.each(['ddim', 'ddpm'] as const)('draws the image of the requested class with %s', async (sampler) => {
    const request: Request = { seed: 1, count: 2, sampler, steps: 10, class: 1, guidance: 1 };
    const image = await last(pointModel(), request);
    expect(image).toHaveLength(2 * 24);
    expect(distance(image, 0.75)).toBeLessThan(ROUNDING);
    expect(distance(await last(pointModel(), { ...request, class: 'low' }), -0.5)).toBeLessThan(ROUNDING);
  });

  it('draws one class per image, and the null class by default', async () => {
    const image = await last(pointModel(), { seed: 1, count: 2, steps: 5, class: ['high', 0], guidance: 1 });
    expect(distance(image.subarray(0, 24), 0.75)).toBeLessThan(ROUNDING);
    expect(distance(image.subarray(24), -0.5)).toBeLessThan(ROUNDING);
    expect(distance(await last(pointModel(), { seed: 1, steps: 5 }), POINTS[2] ?? 9)).toBeLessThan(ROUNDING);
  });

  it('guides away from the null class', async () => {
    // ε is affine in μ, so the result of guidance g is μ_null + g (μ_class − μ_null) = 1.2 · 0.75.
    const image = await last(pointModel(), { seed: 1, steps: 5, class: 1, guidance: 1.2 });
    expect(distance(image, 0.9)).toBeLessThan(ROUNDING);
  });

  it('passes at most batchSize images per call, with equal results', async () => {
    const calls: number[] = [];
    const model = pointModel({ denoise: pointDenoiser(pointSpec, calls) });
    const request: Request = {
      seed: 3,
      count: 5,
      steps: 2,
      sampler: 'ddim',
      eta: 1,
      class: 1,
      guidance: 1.1,
    };
    const small = await last(model, { ...request, batchSize: 4 });
    // Guidance doubles five images to ten rows.
    expect(calls).toEqual([4, 4, 2, 4, 4, 2]);
    expect(await last(model, request)).toEqual(small);
    await expect(last(model, { ...request, batchSize: 0 })).rejects.toMatchObject({
      code: 'RUNTIME_REQUEST',
    });
    for (const length of [24, 72]) {
      const wrong = pointModel({ denoise: async () => new Float32Array(length) });
      const drawn = last(wrong, { seed: 1, count: 4, class: 1, batchSize: 2 });
      await expect(drawn).rejects.toMatchObject({ code: 'RUNTIME_OUTPUT' });
      await expect(drawn).rejects.toThrow(`got ${length} values for images 0 to 1; expected 48`);
    }
  });

  it('samples a flow-matching model with every sampler for flow matching', async () => {
    const spec: ModelSpec = { ...pointSpec, scheduler: toSchedulerConfig({ kind: 'flow', shift: 2 }) };
    const model = pointModel({ spec, denoise: pointDenoiser(spec) });
    for (const sampler of samplersFor('flow')) {
      for (const spacing of ['linspace', 'trailing'] as const) {
        const request: Request = { seed: 3, count: 2, steps: 6, sampler, spacing, class: 1, guidance: 1 };
        const images = await last(model, request);
        // The division by σ, which is at least 0.002, magnifies float32 rounding errors of 6e-8.
        for (const value of images) expect(Math.abs(value - 0.75)).toBeLessThan(1e-4);
      }
    }
    await expect(last(model, { seed: 3, sampler: 'ddpm' })).rejects.toMatchObject({
      code: 'SAMPLER_REQUEST',
    });
  });

  it('resumes a saved run and draws the same image as an uninterrupted run', async () => {
    const model = pointModel();
    const request: Request = { seed: 3, count: 2, steps: 6, sampler: 'ddpm', class: 1 };
    const whole = await last(model, request);
    for await (const step of model.sample(request)) {
      if (step.step !== 3) continue;
      expect(await last(pointModel(), { from: step.save() })).toEqual(whole);
      break;
    }
  });

  it('resumes a saved run only with the same network', async () => {
    const [mine, other] = ['a', 'b'].map((digit) => digit.repeat(64)) as [string, string];
    const request: Request = { seed: 3, steps: 4, class: 1 };
    const whole = await last(pointModel(), request);
    const saved: SavedSampling[] = [];
    for await (const step of pointModel({ sha256: mine }).sample(request)) saved.push(step.save());
    const [from] = saved as [SavedSampling];
    expect(from.model).toBe(mine);
    expect(await last(pointModel({ sha256: mine }), { from })).toEqual(whole);
    const refused = last(pointModel({ sha256: other }), { from });
    await expect(refused).rejects.toMatchObject({ code: 'RUNTIME_REQUEST' });
    await expect(refused).rejects.toThrow(
      `started with a network whose SHA-256 is ${mine}; expected ${other}, the SHA-256 of points`,
    );
    // A state without a hash, as older versions saved it, can be resumed. The resumed run then saves this model's
    // hash.
    const { model: _, ...old } = from;
    expect(await last(pointModel({ sha256: other }), { from: old })).toEqual(whole);
    for await (const step of pointModel({ sha256: other }).sample({ from: old })) {
      expect(step.save().model).toBe(other);
    }
  });

  it.each<[string, Partial<ModelSpec>, string]>([
    [
      'a different image size',
      { image: { channels: 2, height: 3, width: 5 } },
      'image: 2 x 3 x 4 in the saved run',
    ],
    [
      'a different prediction type',
      { scheduler: { ...pointSpec.scheduler, prediction_type: 'sample' } },
      'prediction type: ',
    ],
    ['a different schedule', { scheduler: { ...pointSpec.scheduler, beta_end: 0.01 } }, 'schedule: '],
    [
      'classes, for a model without classes',
      { classes: null },
      'network: with classes in the saved run, without classes in the model',
    ],
    [
      'a label that the model lacks',
      { classes: { count: 1, names: ['a'], nullClass: null } },
      'largest label: 1 in the saved run, 0 in the model',
    ],
    [
      'a different null class',
      { classes: { count: 4, names: ['a', 'b', 'c'], nullClass: 3 } },
      'null class: 2 in the saved run, 3 in the model',
    ],
  ])('rejects a saved run that has no hash, and has %s', async (_what, part, message) => {
    for await (const step of pointModel().sample({ seed: 1, steps: 2, class: 1 })) {
      const from = step.save();
      const spec = { ...pointSpec, ...part };
      await expect(last(pointModel({ spec }), { from })).rejects.toThrow(message);
    }
  });

  it('stops a run that is aborted', async () => {
    const controller = new AbortController();
    const drawn = (async () => {
      for await (const { step } of pointModel().sample({ seed: 1, steps: 10, signal: controller.signal })) {
        if (step === 2) controller.abort(new Error('enough'));
        expect(step).toBeLessThan(3);
      }
    })();
    await expect(drawn).rejects.toThrow('enough');
  });

  it.each<[string, Request, string]>([
    [
      'an unknown class name',
      { seed: 1, class: 'middle' },
      'class is "middle"; expected a class of points: 0 "low", 1 "high"',
    ],
    ['a class out of range', { seed: 1, class: 3 }, 'class is 3'],
    ['too few classes', { seed: 1, count: 3, class: [0, 1] }, 'got 2 classes for 3 images'],
    ['guidance without a class', { seed: 1, guidance: 2 }, 'without a class; expected a class'],
    ['an unknown sampler', { seed: 1, sampler: 'leapfrog' as 'ddim' }, 'expected one of ddpm, ddim'],
    ['count together with images', { seed: 1, count: 1, images: [0] }, 'expected only one of them'],
  ])('rejects %s', async (_name, request, text) => {
    const drawn = last(pointModel(), request);
    await expect(drawn).rejects.toMatchObject({ name: 'IsonoiseError', code: 'RUNTIME_REQUEST' });
    await expect(drawn).rejects.toThrow(text);
  });

  it('rejects classes, guidance and data ranges that the model does not support', async () => {
    const plain = pointModel({ spec: { ...pointSpec, classes: null } });
    await expect(last(plain, { seed: 1, class: 0 })).rejects.toThrow('points is unconditional');
    await expect(last(plain, { seed: 1, guidance: 2 })).rejects.toThrow('without a null class');
    const named = pointModel({
      spec: { ...pointSpec, classes: { count: 2, names: ['a', 'b'], nullClass: null } },
    });
    await expect(last(named, { seed: 1 })).rejects.toThrow('no null class; expected one of 0 "a", 1 "b"');
    const bytes = pointModel({ spec: { ...pointSpec, dataRange: [0, 255] } });
    await expect(last(bytes, { seed: 1 })).rejects.toThrow('[0, 255]');
  });
});
