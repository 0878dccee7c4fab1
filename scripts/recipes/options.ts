import { MIN_IMAGES } from '../../packages/cli/src/evaluating/evaluate-flags.ts';
import { parseFlags, wholeNumber } from '../parse-flags.ts';
import { scriptError } from '../script-error.ts';
import { DATA_SET_NAMES, type DataSetName } from './data-sets.ts';
import { STAGES, type Stage } from './plan.ts';
import { RECIPE_NAMES, type RecipeName } from './recipes.ts';

export interface RecipesOptions {
  /** Stages to run, in their order. */
  readonly stages: readonly Stage[];
  /** Candidates of the first stage. */
  readonly only: readonly RecipeName[];
  /** Images that are drawn to judge a cell. */
  readonly count: number;
  /** Folder of the cells. */
  readonly folder: string;
  /** Folder for recipes.md, recipes.json and the plots; undefined if nothing is written. */
  readonly out: string | undefined;
  /** Whether to measure the times of steps instead of training. */
  readonly measure: boolean;
  readonly help: boolean;
}

/** The stage of `--quick`: short trainings of a few candidates. */
const QUICK: Stage = { minutes: 0.1, seeds: 1, data: ['mnist'] };
const QUICK_RECIPES: readonly RecipeName[] = ['today', 'adam', 'patch-32-48'];

const FLAGS = {
  quick: { type: 'boolean' },
  only: { type: 'string' },
  data: { type: 'string' },
  minutes: { type: 'string' },
  seeds: { type: 'string' },
  count: { type: 'string' },
  folder: { type: 'string' },
  out: { type: 'string' },
  measure: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/**
 * Reads the command line. Returns one stage with `--quick`, `--minutes`, `--data` or `--seeds`, and all stages of the
 * comparison without them.
 *
 * @throws `BENCH_USAGE` if the command line is not valid
 */
export function parseOptions(args: readonly string[]): RecipesOptions {
  const { values, positionals } = parseFlags(args, FLAGS, (reason, cause) =>
    scriptError('BENCH_USAGE', `bench recipes: ${reason}`, { cause }),
  );
  if (positionals.length > 0)
    throw scriptError('BENCH_USAGE', `bench recipes: got ${positionals.join(', ')}; expected only flags.`);
  const { quick = false, measure = false, help = false } = values;
  const data = list('data', values.data, DATA_SET_NAMES);
  const minutes = values.minutes === undefined ? undefined : minutesOf(values.minutes);
  const seeds = values.seeds === undefined ? undefined : number('seeds', values.seeds, 1, 100);
  const chosen = minutes !== undefined || data !== undefined || seeds !== undefined;
  const only = list('only', values.only, RECIPE_NAMES);
  const first = quick ? QUICK : STAGES[0];
  return {
    stages:
      quick || chosen
        ? [
            {
              minutes: minutes ?? first?.minutes ?? 3,
              seeds: seeds ?? 1,
              data: data ?? first?.data ?? (['mnist'] satisfies DataSetName[]),
            },
          ]
        : STAGES,
    only: only ?? (quick ? QUICK_RECIPES : RECIPE_NAMES),
    count:
      values.count === undefined
        ? quick
          ? 100
          : 1000
        : number('count', values.count, MIN_IMAGES, 1_000_000),
    folder: values.folder ?? '.cache/recipes',
    out: values.out ?? (quick || chosen || only !== undefined ? undefined : 'docs'),
    measure,
    help,
  };
}

function number(flag: string, text: string, least: number, most: number): number {
  const value = wholeNumber(text, least, most);
  if (value !== undefined) return value;
  throw scriptError(
    'BENCH_USAGE',
    `bench recipes: --${flag} is ${JSON.stringify(text)}; expected a whole number from ${least} to ${most}.`,
  );
}

function minutesOf(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= 10_000) return value;
  throw scriptError(
    'BENCH_USAGE',
    `bench recipes: --minutes is ${JSON.stringify(text)}; expected a number above 0, at most 10000.`,
  );
}

function list<N extends string>(
  flag: string,
  text: string | undefined,
  known: readonly N[],
): readonly N[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',').map((name) => name.trim());
  const found = known.filter((name) => names.includes(name));
  const unknown = names.filter((name) => !known.some((each) => each === name));
  if (unknown.length === 0) return found;
  throw scriptError(
    'BENCH_USAGE',
    `bench recipes: --${flag} has ${unknown.map((name) => JSON.stringify(name)).join(', ')}; expected names among ${known.join(', ')}.`,
  );
}
