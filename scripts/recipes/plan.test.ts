import { expect, it } from 'vitest';
import type { CellResult } from './cell.ts';
import { cellsOf, chosenRecipes, ranking } from './plan.ts';

const result = (
  recipe: CellResult['recipe'],
  data: CellResult['data'],
  fid: number,
  seed = 0,
  minutes = 3,
): CellResult => ({
  recipe,
  data,
  minutes,
  seed,
  steps: 100,
  parameters: 1,
  loss: null,
  judged: [
    { sampler: 'unipc', steps: 12, fid, kid: 1, rightClass: null },
    { sampler: 'dpmpp-2m-sde', steps: 12, fid: 100 - fid, kid: 1, rightClass: null },
  ],
});

it('cellsOf lists every recipe with every data set and seed', () => {
  const cells = cellsOf({ minutes: 10, seeds: 2, data: ['mnist', 'icons'] }, ['today', 'adam']);
  expect(cells).toHaveLength(8);
  expect(cells[0]).toEqual({ recipe: 'today', data: 'mnist', minutes: 10, seed: 0 });
  expect(new Set(cells.map((cell) => JSON.stringify(cell))).size).toBe(8);
});

it('ranking orders recipes by their mean rank over data sets with the default sampler', () => {
  const results = [
    result('today', 'mnist', 10),
    result('adam', 'mnist', 5),
    result('huber', 'mnist', 8),
    // FIDs of icons are on a different scale, which must not affect the ranking.
    result('today', 'icons', 900),
    result('adam', 'icons', 500),
    result('huber', 'icons', 400),
    result('edm', 'mnist', 1),
    result('today', 'mnist', 1, 0, 10),
  ];
  // The ranks are 0 and 1 for adam, 1 and 0 for huber, and 2 and 2 for today. edm has no result on icons.
  expect(ranking(results, 3).slice(0, 2).toSorted()).toEqual(['adam', 'huber']);
  expect(ranking(results, 3).at(-1)).toBe('today');
  expect(ranking(results, 3)).not.toContain('edm');
});

it('ranking averages over seeds', () => {
  const results = [
    result('today', 'mnist', 6, 0),
    result('today', 'mnist', 6, 1),
    result('adam', 'mnist', 4, 0),
    result('adam', 'mnist', 9, 1),
  ];
  expect(ranking(results, 3)).toEqual(['today', 'adam']);
});

it('chosenRecipes takes the best recipes of the previous stage, and always the recipe `today`', () => {
  const results = [
    result('today', 'mnist', 10),
    result('adam', 'mnist', 5),
    result('huber', 'mnist', 8),
    result('edm', 'mnist', 9),
  ];
  const before = { minutes: 3, seeds: 1, data: ['mnist'] } as const;
  expect(chosenRecipes({ ...before, minutes: 10, best: 2 }, before, results)).toEqual([
    'today',
    'adam',
    'huber',
  ]);
});
