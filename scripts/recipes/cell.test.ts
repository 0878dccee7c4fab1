import { createNetwork } from '@isonoise/network';
import { recipe } from '@isonoise/train';
import { expect, it } from 'vitest';
import { cellFolder } from './cell.ts';
import { RECIPE_NAMES, recipeOf } from './recipes.ts';
import { stepKey, stepsIn } from './step-times.ts';

const images = { name: 'mnist', shape: { channels: 1, height: 28, width: 28 }, classNames: ['a', 'b'] };

it.each(RECIPE_NAMES)('the recipe %s gives a valid configuration and network for digits', (name) => {
  const { preset, ...overrides } = recipeOf(name);
  const config = recipe(images, preset, overrides);
  expect(createNetwork(config.network).network.imageShape).toEqual(images.shape);
});

it('cellFolder depends on recipe, budget, seed and number of steps', () => {
  const cell = { recipe: 'adam', data: 'mnist', minutes: 3, seed: 0 } as const;
  const folders = [
    cellFolder(cell, 100),
    cellFolder(cell, 101),
    cellFolder({ ...cell, recipe: 'huber' }, 100),
    cellFolder({ ...cell, minutes: 10 }, 100),
    cellFolder({ ...cell, seed: 1 }, 100),
  ];
  expect(new Set(folders).size).toBe(5);
  expect(folders[0]).toMatch(/^mnist-adam-3m-s0-[0-9a-f]{8}$/);
});

it('stepsIn divides the budget by the measured time, and refuses a network that was not measured', () => {
  const config = recipe(images, 'quick');
  const times = { cpu: 'x', cores: 2, times: { [stepKey(config)]: { what: 'quick', ms: 150 } } };
  expect(stepsIn(3, config, times, 'today')).toBe(1200);
  expect(() => stepsIn(3, recipe(images, 'base'), times, 'base')).toThrow(
    'the time of a step of base is not known',
  );
});

it('stepKey does not depend on settings that leave the work of a step unchanged', () => {
  const key = stepKey(recipe(images, 'quick'));
  const other = (train: Readonly<Record<string, unknown>>): string =>
    stepKey(recipe(images, 'quick', { train }));
  expect(other({ steps: 7, seed: 3, optimizer: { learningRate: 1 } })).toBe(key);
  for (const train of [
    { batchSize: 16 },
    { optimizer: { kind: 'lion' } },
    { objective: { loss: { kind: 'huber' } } },
    { objective: { noiseCandidates: 8 } },
  ])
    expect(other(train)).not.toBe(key);
});
