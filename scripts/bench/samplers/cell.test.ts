import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { samplersFor } from '@isonoise/sampler';
import { expect, it } from 'vitest';
import { cellOf, cellWithin } from './cell.ts';

const spec: ModelSpec = {
  name: 'm',
  image: { channels: 1, height: 2, width: 2 },
  dataRange: [-1, 1],
  // At the first step of this schedule, α is 0.006, so no sampler begins with a first-order step.
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: null,
};

it('cellWithin takes as many steps as the calls allow', () => {
  expect(cellWithin(spec, 'ddim', 10)?.steps).toBe(10);
  // Heun's method has 2n - 1 calls for n steps.
  expect(cellWithin(spec, 'heun', 10)?.steps).toBe(5);
  expect(cellWithin(spec, 'heun', 11)?.steps).toBe(6);
  // PNDM has n + 9 calls for n steps, or n + 3 if only one step uses Runge-Kutta.
  expect(cellWithin(spec, 'pndm', 20)?.steps).toBe(11);
  const names = samplersFor('diffusion');
  for (const name of names) expect(cellWithin(spec, name, 10)?.calls, name).toBe(10);
});

it('cellOf sets isRandom if the sampler draws noise in its steps', () => {
  const isRandom = (name: Parameters<typeof cellOf>[1]) => cellOf(spec, name, 5, 50)?.isRandom;
  for (const name of ['ddpm', 'euler-ancestral', 'dpmpp-2m-sde', 'lcm'] as const)
    expect(isRandom(name), name).toBe(true);
  for (const name of ['ddim', 'heun', 'unipc', 'plms'] as const) expect(isRandom(name), name).toBe(false);
});

it('cellOf gives different keys to cells with different steps or samplers', () => {
  const key = (name: Parameters<typeof cellOf>[1], steps: number) => cellOf(spec, name, steps, 50)?.key;
  expect(key('ddim', 5)).toBe(key('ddim', 5));
  expect(new Set([key('ddim', 5), key('ddim', 6), key('unipc', 5), key('dpmpp-2m', 5)]).size).toBe(4);
});
