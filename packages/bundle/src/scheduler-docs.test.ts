// The tables of classes in the documents must match the declarations.
import { readFileSync } from 'node:fs';
import { DEFAULT_SAMPLERS } from '@isonoise/sampler';
import { expect, it } from 'vitest';
import { markdownTable } from '../../../tests/support/markdown-table.ts';
import type { JsonObject } from './json.ts';
import type { SchedulerClass } from './scheduler-class.ts';
import { REFUSED_CLASSES, schedulerClass, schedulerClassNames } from './scheduler-classes.ts';
import { gridsOf } from './scheduler-spacing.ts';

const documentOf = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

const code = (text: unknown): string => `\`${String(text)}\``;

/** Returns the condition that a key has a value, as text: `key` is `value`. */
const isText = ([key, value]: readonly [key: string, value: unknown]): string =>
  `${code(key)} is ${typeof value === 'string' ? code(value) : String(value)}`;

const keysText = (keys: JsonObject): string =>
  Object.entries(keys)
    .map(([key, value]) => `${code(key)} ${String(value)}`)
    .join(', ');

/** Returns the samplers of a class as text. The text names the keys that choose among several samplers. */
function samplersText({ process, modes, isNeutral }: SchedulerClass): string {
  if (isNeutral === true)
    return `the default of isonoise${process === 'diffusion' ? '' : `, ${code(DEFAULT_SAMPLERS[process])}`}`;
  if (modes.length <= 2)
    return modes
      .map(({ sampler, keys = {} }, k) =>
        k === 0 ? code(sampler) : `${code(sampler)} with ${keysText(keys)}`,
      )
      .join('; ');
  const keys = [...new Set(modes.flatMap((mode) => Object.keys(mode.keys ?? {})))].map(code).join(', ');
  return `by ${keys}: ${[...new Set(modes.map(({ sampler }) => code(sampler)))].join(', ')}`;
}

const allTrue = (keys: object): JsonObject => Object.fromEntries(Object.keys(keys).map((key) => [key, true]));

/** Returns the texts of a class about its timesteps, its grid of sigmas and the end of its runs. */
function spacingTexts({ process, keys, spacing }: SchedulerClass): readonly string[] {
  const { rule, fractional, omitLast, within, endsNoisy } = spacing;
  const ruled =
    rule !== undefined ? `always ${code(rule)}` : omitLast ? '`leading` and `linspace`' : 'the rule';
  const timesteps = fractional
    ? '`linspace` with `fractional`'
    : omitLast
      ? `${ruled} with \`omitLast\``
      : ruled;
  const grid = within === true ? '`within` these timesteps' : 'of the whole schedule';
  const end =
    endsNoisy === undefined
      ? '`image`'
      : endsNoisy === 'always'
        ? '`timestep0`'
        : `\`timestep0\` if ${isText(endsNoisy)}, else \`image\``;
  return [
    process === 'diffusion' ? timesteps : `${timesteps}, of the schedule \`${process}\``,
    // Grids are not supported for flow matching, so their keys must be false.
    gridsOf(allTrue(keys)).length === 0 || process !== 'diffusion' ? 'none' : grid,
    end,
  ];
}

/** Returns the first table whose header begins with the given titles. */
function tableOf(document: string, header: readonly string[]): string {
  const start = new RegExp(String.raw`^\| ${header.join(String.raw` +\| `)} +\|$`);
  const lines = document.split('\n');
  const first = lines.findIndex((each) => start.test(each));
  const after = lines.findIndex((each, k) => k > first && each === '');
  return lines.slice(first, after).join('\n');
}

it('docs/formats.md lists the samplers of each scheduler class', () => {
  const rows = schedulerClassNames.map((name) => [
    name === 'DDPMScheduler' ? `${code(name)} (also without \`_class_name\`)` : code(name),
    samplersText(schedulerClass(name)),
  ]);
  const header = ['class', 'sampler'];
  expect(tableOf(documentOf('formats.md'), header)).toBe(markdownTable(header, rows));
});

it('docs/formats.md lists each class that is rejected', () => {
  const document = documentOf('formats.md');
  expect(Object.keys(REFUSED_CLASSES).filter((name) => !document.includes(code(name)))).toEqual([]);
});

it('docs/samplers.md lists the spacing of each scheduler class', () => {
  const groups = new Map<string, string[]>();
  for (const name of schedulerClassNames) {
    const key = JSON.stringify(spacingTexts(schedulerClass(name)));
    groups.set(key, [...(groups.get(key) ?? []), name.replace(/Scheduler$/, '')]);
  }
  const rows = [...groups].map(([key, names]) => [names.join(', '), ...(JSON.parse(key) as string[])]);
  const header = ['class', 'timesteps', 'grid of sigmas', 'end'];
  expect(tableOf(documentOf('samplers.md'), header)).toBe(markdownTable(header, rows));
});
