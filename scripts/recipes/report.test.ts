import { expect, it } from 'vitest';
import type { CellResult } from './cell.ts';
import { recipesPlot } from './plot.ts';
import { groupsOf, markdownTables } from './report.ts';

const result = (recipe: CellResult['recipe'], seed: number, fid: number, minutes = 3): CellResult => ({
  recipe,
  data: 'mnist',
  minutes,
  seed,
  steps: 1333,
  parameters: 454_497,
  loss: 0.02,
  judged: [
    { sampler: 'unipc', steps: 12, fid, kid: 0.0193, rightClass: 0.8 },
    { sampler: 'dpmpp-2m-sde', steps: 12, fid: fid / 2, kid: 0.0072, rightClass: null },
  ],
});
const results = [
  result('adam', 0, 12),
  result('adam', 1, 14),
  result('today', 0, 7),
  result('adam', 0, 5, 10),
];
const times = { cpu: 'EPYC', cores: 2, times: {} };

it('groupsOf groups the seeds of a recipe, and sorts by budget and FID', () => {
  expect(groupsOf(results).map(({ recipe, minutes, results: own }) => [recipe, minutes, own.length])).toEqual(
    [
      ['today', 3, 1],
      ['adam', 3, 2],
      ['adam', 10, 1],
    ],
  );
});

it('markdownTables returns a table for each budget, with means over seeds and empty cells for missing measures', () => {
  const text = markdownTables(results, times);
  expect(text).toContain('that EPYC with 2 cores takes in one minute');
  expect(text).toContain('### mnist, 3 min, 2 seeds');
  expect(text).toContain('| adam | 1,333 | 454,497 | 13.00 | 19.3 | 80.0 % | 6.50 |  | 0.02000 |');
  expect(text).toContain('### mnist, 10 min, 1 seed\n');
  // Icons do not have classes.
  const icons = results.map((each) => ({
    ...each,
    data: 'icons' as const,
    judged: each.judged.map((judge) => ({ ...judge, rightClass: null })),
  }));
  expect(markdownTables(icons, times)).toContain(
    '| recipe | steps | parameters | FID | KID × 1000 | FID, second sampler | loss |',
  );
  expect(markdownTables([], times)).toContain('Nothing has been measured yet');
});

it('recipesPlot draws the mean FID against the budget, with a line for each recipe', () => {
  const svg = recipesPlot(results, 'mnist');
  expect(svg).toContain('<svg');
  for (const text of ['today', 'adam', 'minutes', 'FID']) expect(svg).toContain(text);
  expect(recipesPlot(results, 'mnist')).toBe(svg);
});
