import { plural } from '@isonoise/error';
import type { CellResult } from './cell.ts';
import { DATA_SET_NAMES, type DataSetName } from './data-sets.ts';
import { RECIPE_NAMES, type RecipeName } from './recipes.ts';
import type { StepTimes } from './step-times.ts';

/** Cells of one recipe, data set and budget, which differ only in their seeds. */
export interface Group {
  readonly recipe: RecipeName;
  readonly data: DataSetName;
  readonly minutes: number;
  readonly steps: number;
  readonly parameters: number;
  readonly results: readonly CellResult[];
}

/** Groups results by recipe, data set and budget, in the order of the tables, then by the FID of the default sampler. */
export function groupsOf(results: readonly CellResult[]): readonly Group[] {
  const groups = new Map<string, CellResult[]>();
  for (const result of results) {
    const key = JSON.stringify([result.data, result.minutes, result.recipe]);
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  const place = ({ data, minutes }: Group): number => DATA_SET_NAMES.indexOf(data) * 1e6 + minutes;
  return [...groups.values()]
    .flatMap((own): Group[] => {
      const [first] = own;
      if (first === undefined) return [];
      const { recipe, data, minutes, steps, parameters } = first;
      return [{ recipe, data, minutes, steps, parameters, results: own }];
    })
    .sort(
      (a, b) =>
        place(a) - place(b) ||
        meanOf(a, 0, 'fid') - meanOf(b, 0, 'fid') ||
        RECIPE_NAMES.indexOf(a.recipe) - RECIPE_NAMES.indexOf(b.recipe),
    );
}

/** Returns the mean of a measure over seeds; NaN if it is missing. @param judge index of the sampler; 0 is the default */
export function meanOf({ results }: Group, judge: number, measure: 'fid' | 'kid' | 'rightClass'): number {
  const values = results.map(({ judged }) => judged[judge]?.[measure] ?? Number.NaN);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Formats a table for each data set and budget. */
export function markdownTables(results: readonly CellResult[], { cpu, cores }: StepTimes): string {
  const groups = groupsOf(results);
  if (groups.length === 0) return 'Nothing has been measured yet. Run `pnpm bench recipes`.';
  const sections: string[] = [
    `A minute stands for the number of steps that ${cpu} with ${cores} cores takes in one minute if it is otherwise idle.`,
  ];
  for (const data of DATA_SET_NAMES)
    for (const minutes of [...new Set(groups.map((group) => group.minutes))].sort((a, b) => a - b)) {
      const own = groups.filter((group) => group.data === data && group.minutes === minutes);
      if (own.length === 0) continue;
      const seeds = Math.max(...own.map((group) => group.results.length));
      sections.push([`### ${data}, ${minutes} min, ${plural(seeds, 'seed')}`, '', ...table(own)].join('\n'));
    }
  return sections.join('\n\n');
}

/** Formats the rows of a table. Without classes, the columns of the right class are left out. */
function table(groups: readonly Group[]): readonly string[] {
  const hasClasses = groups.some((group) => !Number.isNaN(meanOf(group, 0, 'rightClass')));
  const ofClasses = (...cells: readonly string[]): readonly string[] => (hasClasses ? cells : []);
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const number = (value: number, digits: number): string =>
    Number.isNaN(value) ? '' : value.toFixed(digits);
  const share = (group: Group, judge: number): string => {
    const value = meanOf(group, judge, 'rightClass');
    return Number.isNaN(value) ? '' : `${(100 * value).toFixed(1)} %`;
  };
  const head = [
    ...['recipe', 'steps', 'parameters', 'FID', 'KID × 1000', ...ofClasses('right class')],
    ...['FID, second sampler', ...ofClasses('right class, second sampler'), 'loss'],
  ];
  const body = groups.map((group) => {
    const losses = group.results.map(({ loss }) => loss ?? Number.NaN);
    return [
      group.recipe,
      group.steps.toLocaleString('en-US'),
      group.parameters.toLocaleString('en-US'),
      number(meanOf(group, 0, 'fid'), 2),
      number(1000 * meanOf(group, 0, 'kid'), 1),
      ...ofClasses(share(group, 0)),
      number(meanOf(group, 1, 'fid'), 2),
      ...ofClasses(share(group, 1)),
      number(losses.reduce((sum, loss) => sum + loss, 0) / losses.length, 5),
    ];
  });
  return [row(head), `|${head.map((_, i) => (i === 0 ? '---|' : '---:|')).join('')}`, ...body.map(row)];
}
