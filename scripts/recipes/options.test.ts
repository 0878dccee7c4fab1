import { expect, it } from 'vitest';
import { parseOptions } from './options.ts';
import { STAGES } from './plan.ts';
import { RECIPE_NAMES } from './recipes.ts';

it('parseOptions returns all stages and the folder docs by default', () => {
  expect(parseOptions([])).toEqual({
    stages: STAGES,
    only: RECIPE_NAMES,
    count: 1000,
    folder: '.cache/recipes',
    out: 'docs',
    measure: false,
    help: false,
  });
});

it('parseOptions returns one stage with the given minutes, data and seeds, and a folder only with --out', () => {
  const { stages, only, out } = parseOptions(['--only', 'adam, today', '--minutes', '0.5', '--seeds', '2']);
  expect(stages).toEqual([{ minutes: 0.5, seeds: 2, data: ['mnist', 'icons'] }]);
  // The order is that of the table of recipes.
  expect(only).toEqual(['today', 'adam']);
  expect(out).toBeUndefined();
  expect(parseOptions(['--data', 'mnist']).stages).toEqual([{ minutes: 3, seeds: 1, data: ['mnist'] }]);
  expect(parseOptions(['--data', 'mnist', '--out', 'x']).out).toBe('x');
});

it('parseOptions returns a short stage with --quick', () => {
  const { stages, only, count, out } = parseOptions(['--quick']);
  expect(stages).toEqual([{ minutes: 0.1, seeds: 1, data: ['mnist'] }]);
  expect(only).toEqual(['today', 'adam', 'patch-32-48']);
  expect([count, out]).toEqual([100, undefined]);
});

it.each([
  [['--only', 'adma'], '--only has "adma"; expected names among today, adam'],
  [['--data', 'mnist,'], '--data has ""; expected names among mnist, fashion-mnist, icons'],
  [['--minutes', '0'], '--minutes is "0"; expected a number above 0'],
  [['--minutes', '1e3'], '--minutes is "1e3"'],
  [['--seeds', '0'], '--seeds is "0"; expected a whole number from 1 to 100'],
  [['--count', '5'], '--count is "5"'],
  [['mnist'], 'got mnist; expected only flags'],
  [['--fast'], '--fast'],
])('parseOptions rejects %j', (args, message) => {
  expect(() => parseOptions(args)).toThrow(
    expect.objectContaining({ code: 'BENCH_USAGE', message: expect.stringContaining(message) }),
  );
});
