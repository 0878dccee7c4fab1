import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  countCalls,
  planRows,
  planSampling,
  samplerNames,
  samplers,
  samplersWith,
  samplerTexts,
  settingNames,
} from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';
import { expect, it } from 'vitest';

const page = await readFile(join(import.meta.dirname, '../../docs/samplers.md'), 'utf8');

interface PageRow {
  readonly name: string;
  readonly step: string;
  readonly source: string;
  readonly calls: string;
  readonly use: string;
}

/** Returns the names in backquotes. */
const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

/** The rows of the first table of the page. */
const rows = page
  .slice(page.indexOf('| name '))
  .split('\n\n', 1)
  .flatMap((table) => table.split('\n').slice(2))
  .map((line): PageRow => {
    const [name = '', step = '', source = '', calls = '', , use = ''] = line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim());
    return { name: name.replaceAll('`', ''), step, source, calls, use };
  });

/** The number of network calls in n steps, by the text of its cell. */
const CALLS: Readonly<Record<string, (n: number) => number>> = {
  n: (n) => n,
  '2n − 1': (n) => 2 * n - 1,
  'n + 1': (n) => n + 1,
  'n + 9': (n) => n + 9,
};

it('docs/samplers.md has one row for each sampler, in the order of the code, with its source', () => {
  expect(rows.map(({ name }) => name)).toEqual(samplerNames);
  expect(Object.fromEntries(rows.map(({ name, source }) => [name, source]))).toEqual(
    Object.fromEntries(samplerNames.map((name) => [name, samplerTexts[name].source])),
  );
});

it.each(rows)(
  'the row of $name has its equation, its network calls and its use',
  ({ name, step, calls, use }) => {
    expect(step).not.toBe('');
    expect(use).not.toBe('');
    const sampler = samplerNames.find((each) => each === name);
    const isFlow = sampler !== undefined && samplers[sampler].process === 'flow';
    const plan = planSampling({
      shape: { channels: 1, height: 2, width: 2 },
      schedule: createSchedule({ kind: isFlow ? 'flow' : 'linear' }),
      predictionType: isFlow ? 'flow' : 'epsilon',
      seed: 1,
      images: 1,
      sampler,
      steps: 20,
      ...(sampler !== undefined && samplers[sampler].inverts !== undefined
        ? { start: { x: new Float32Array(4) } }
        : {}),
      spacing: isFlow ? 'linspace' : 'trailing',
    });
    expect(countCalls(planRows(plan))).toBe(CALLS[calls]?.(20));
  },
);

/** The first two cells of the table of settings. */
const settingRows = page
  .slice(page.indexOf('| setting '))
  .split('\n\n', 1)
  .flatMap((table) => table.split('\n').slice(2))
  .map((line) => line.split('|').slice(1, 3))
  .map(([settings = '', users = '']) => ({ settings: namesIn(settings), users }));

it('docs/samplers.md has a row for each setting', () => {
  expect(new Set(settingRows.flatMap(({ settings }) => settings))).toEqual(new Set(settingNames));
});

it('docs/samplers.md lists the samplers of each setting', () => {
  // Rows with a word or a pattern, such as "all" or `dpm…`, are not lists of names.
  const listed = settingRows.filter(({ users }) => /^( `[\w-]+`,?)+ *$/.test(users));
  expect(listed.length).toBeGreaterThan(10);
  for (const { settings, users } of listed) {
    for (const setting of settingNames.filter((name) => settings.includes(name)))
      expect(new Set(namesIn(users)), setting).toEqual(new Set(samplersWith(setting)));
  }
});

it('docs/samplers.md lists the samplers that cannot sample flow-matching models', () => {
  const [, list = ''] = /All samplers except (.*?) can sample such a model/.exec(page) ?? [];
  expect(new Set(namesIn(list))).toEqual(
    new Set(samplerNames.filter((name) => samplers[name].process === 'diffusion')),
  );
});
