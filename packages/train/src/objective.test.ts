import { fillNormals } from '@isonoise/random';
import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { createObjective, type ObjectiveOptions } from './objective.ts';

const schedule = createSchedule({ kind: 'linear' });
const base: ObjectiveOptions = { schedule, prediction: 'epsilon', weighting: { kind: 'simple' }, seed: 7 };
const B = 4;
const images = Float32Array.from({ length: B * 6 }, (_, i) => Math.sin(i));
const labels = Int32Array.of(3, 1, 4, 1);

describe('createObjective', () => {
  it('returns the same feeds for a step in any order of calls, and different feeds for different steps', () => {
    const objective = createObjective(base);
    const first = objective({ images }, B, 5);
    objective({ images }, B, 6);
    expect(objective({ images }, B, 5)).toEqual(first);
    expect(createObjective(base)({ images }, B, 5)).toEqual(first);
    expect(objective({ images }, B, 6).timestep).not.toEqual(first.timestep);
    expect(createObjective({ ...base, seed: 8 })({ images }, B, 5).sample).not.toEqual(first.sample);
  });

  it('gives an image the same noise in batches of different sizes', () => {
    const objective = createObjective(base);
    const whole = objective({ images }, B, 5);
    const half = objective({ images: images.slice(0, 12) }, 2, 5);
    expect(half.sample).toEqual(whole.sample.slice(0, 12));
    expect(half.timestep).toEqual(whole.timestep.slice(0, 2));
  });

  it('computes x_t = √ᾱ x0 + √(1−ᾱ) ε with ε from the documented stream', () => {
    const { sample, timestep, target } = createObjective(base)({ images }, B, 5);
    for (let b = 0; b < B; b++) {
      const eps = new Float32Array(6);
      fillNormals(eps, { seed: 7, image: b, step: 5, purpose: 'forwardNoise' });
      expect(target.slice(6 * b, 6 * b + 6)).toEqual(eps);
      const abar = schedule.alphaBars[timestep[b] as number] as number;
      for (let i = 0; i < 6; i++) {
        const x = Math.sqrt(abar) * (images[6 * b + i] as number) + Math.sqrt(1 - abar) * (eps[i] as number);
        // The tolerance is one float32 rounding of a value of order 1.
        expect(Math.abs((sample[6 * b + i] as number) - x)).toBeLessThan(3e-7);
      }
    }
  });

  it('sets the target to ε, x0 or v, as the prediction type requires', () => {
    const feeds = (prediction: ObjectiveOptions['prediction']) =>
      createObjective({ ...base, prediction })({ images }, B, 5);
    expect(feeds('sample').target).toEqual(images);
    const [v, eps] = [feeds('v_prediction').target, feeds('epsilon').target];
    const { timestep } = feeds('epsilon');
    images.forEach((x0, i) => {
      const abar = schedule.alphaBars[timestep[Math.floor(i / 6)] as number] as number;
      // The definition of Salimans & Ho 2022 is v = √ᾱ ε − √(1−ᾱ) x0. The tolerance is one float32 rounding.
      const expected = Math.sqrt(abar) * (eps[i] as number) - Math.sqrt(1 - abar) * x0;
      expect(Math.abs((v[i] as number) - expected)).toBeLessThan(3e-7);
    });
  });

  it('mixes along a straight line for flow matching, with T σ as the time and ε − x0 as the target', () => {
    const flow = createSchedule({ kind: 'flow', shift: 3 });
    const options: ObjectiveOptions = { ...base, schedule: flow, prediction: 'flow' };
    const { sample, timestep, target } = createObjective(options)({ images }, B, 5);
    for (let b = 0; b < B; b++) {
      const eps = new Float32Array(6);
      fillNormals(eps, { seed: 7, image: b, step: 5, purpose: 'forwardNoise' });
      const sigma = (timestep[b] as number) / 1000;
      // σ is in the table, up to one float32 rounding, so T σ is a training timestep.
      expect(Math.min(...flow.sigmas.map((each) => Math.abs(each - sigma)))).toBeLessThan(1e-7);
      for (let i = 0; i < 6; i++) {
        const [x0, noise] = [images[6 * b + i] as number, eps[i] as number];
        expect(Math.abs((sample[6 * b + i] as number) - ((1 - sigma) * x0 + sigma * noise))).toBeLessThan(
          6e-7,
        );
        expect(target[6 * b + i]).toBe(Math.fround(noise - x0));
      }
    }
  });

  it('refuses a prediction that does not fit the schedule', () => {
    const flow = createSchedule({ kind: 'flow' });
    for (const options of [
      { ...base, schedule: flow },
      { ...base, schedule: flow, prediction: 'v_prediction' },
      { ...base, prediction: 'flow' },
    ] as const) {
      expect(() => createObjective(options)).toThrow(
        expect.objectContaining({
          code: 'TRAIN_CONFIG',
          message: expect.stringContaining('does not fit schedule'),
        }),
      );
    }
  });

  it('weights each image by its timestep', () => {
    const objective = createObjective({ ...base, weighting: { kind: 'min-snr', gamma: 5 } });
    const { weight, timestep } = objective({ images }, B, 5);
    const expected = Float32Array.from(timestep, (t) => Math.min(1, 5 / (schedule.snr[t] as number)));
    expect(weight).toEqual(expected);
  });

  it('draws timesteps uniformly from the whole range', () => {
    const objective = createObjective(base);
    const sums = { count: 0, low: 0, mean: 0 };
    for (let step = 1; step <= 200; step++) {
      for (const t of objective({ images: new Float32Array(32) }, 32, step).timestep) {
        sums.count++;
        sums.mean += t / 999;
        if (t < 100) sums.low++;
      }
    }
    // The tolerances are four standard deviations of 6400 draws. For the mean of U(0,1), one is 0.289/80 = 0.0036;
    // for the share of the lowest tenth, 0.0038.
    expect(Math.abs(sums.mean / sums.count - 0.5)).toBeLessThan(0.0145);
    expect(Math.abs(sums.low / sums.count - 0.1)).toBeLessThan(0.015);
  });

  it('draws timesteps from a chosen density, and spreads stratified timesteps over it in each batch', () => {
    const timestepsOf = (timesteps: ObjectiveOptions['timesteps']): Float32Array =>
      createObjective({ ...base, timesteps })({ images: new Float32Array(32) }, 32, 5).timestep;
    expect(timestepsOf({ kind: 'uniform', stratified: false })).toEqual(timestepsOf(undefined));
    const spread = timestepsOf({ kind: 'uniform', stratified: true }).toSorted();
    spread.forEach((t, i) => {
      expect(Math.floor((t * 32) / 1000)).toBeGreaterThanOrEqual(i - 1);
      expect(Math.floor((t * 32) / 1000)).toBeLessThanOrEqual(i + 1);
    });
    const narrow = { kind: 'logit-normal', mean: 0, deviation: 0.01, stratified: false } as const;
    // The slope of the logistic function at 0 is 1/4, so one standard deviation changes t by 2.5. The limit is above
    // five standard deviations.
    for (const t of timestepsOf(narrow)) expect(Math.abs(t - 500)).toBeLessThan(14);
  });

  it('mixes each image with the nearest of several noises', () => {
    const noisesOf = (noiseCandidates?: number): Float32Array =>
      createObjective({ ...base, noiseCandidates })({ images }, B, 5).target;
    expect(noisesOf(1)).toEqual(noisesOf());
    const distances = (noise: Float32Array): number[] =>
      Array.from({ length: B }, (_, b) =>
        noise.slice(6 * b, 6 * b + 6).reduce((sum, e, i) => sum + (e - (images[6 * b + i] ?? 0)) ** 2, 0),
      );
    const [one, many] = [distances(noisesOf(1)), distances(noisesOf(64))];
    for (const [b, distance] of many.entries()) expect(distance).toBeLessThan(one[b] as number);
  });

  it('replaces labels by the null class with the given probability, and never changes its input', () => {
    const objective = createObjective({ ...base, labelDropout: { probability: 0.25, nullClass: 10 } });
    let dropped = 0;
    for (let step = 1; step <= 500; step++) {
      const { classLabels } = objective({ images, labels }, B, step);
      classLabels?.forEach((label, i) => {
        if (label === 10) dropped++;
        else expect(label).toBe(labels[i]);
      });
    }
    // The tolerance is four standard deviations of 2000 draws. One is √(0.25·0.75/2000) = 0.0097.
    expect(Math.abs(dropped / 2000 - 0.25)).toBeLessThan(0.039);
    expect([...labels]).toEqual([3, 1, 4, 1]);
  });

  it('creates dropout masks only if the network has dropout', () => {
    const objective = createObjective({ ...base, dropout: { probability: 0.1, units: 1000 } });
    const keep = objective({ images }, B, 1).dropoutKeep;
    expect(keep?.length).toBe(4000);
    const kept = keep?.reduce((sum, unit) => sum + unit, 0) ?? 0;
    // The tolerance is four standard deviations of 4000 draws. One is √(0.9·0.1/4000) = 0.0047.
    expect(Math.abs(kept / 4000 - 0.9)).toBeLessThan(0.019);
    expect(createObjective(base)({ images }, B, 1)).not.toHaveProperty('dropoutKeep');
    expect(createObjective(base)({ images }, B, 1)).not.toHaveProperty('classLabels');
  });

  it('refuses images and labels that do not fit the batch', () => {
    const objective = createObjective(base);
    expect(() => objective({ images: new Float32Array(7) }, 2, 1)).toThrow(
      expect.objectContaining({ code: 'TRAIN_SHAPE' }),
    );
    expect(() => objective({ images, labels }, 2, 1)).toThrow('one label for each');
  });
});
