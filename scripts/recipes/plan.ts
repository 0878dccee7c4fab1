import type { Cell, CellResult } from './cell.ts';
import type { DataSetName } from './data-sets.ts';
import type { RecipeName } from './recipes.ts';

/** A stage of the comparison. Each of its recipes is trained on each data set with each seed. */
export interface Stage {
  readonly minutes: number;
  readonly seeds: number;
  readonly data: readonly DataSetName[];
  /** Number of recipes of the previous stage that are trained in this stage, best first; undefined for all recipes. */
  readonly best?: number | undefined;
}

/** Stages of the comparison. The first trains all candidates; later stages train the best ones for longer. */
export const STAGES: readonly Stage[] = [
  { minutes: 3, seeds: 1, data: ['mnist', 'icons'] },
  { minutes: 10, seeds: 3, data: ['mnist', 'icons'], best: 4 },
  { minutes: 30, seeds: 1, data: ['mnist', 'fashion-mnist', 'icons'], best: 2 },
];

/** The recipe that every stage contains. */
const TODAY: RecipeName = 'today';

/** Returns the cells of a stage in the order of training. All recipes of one seed and data set follow each other. */
export function cellsOf({ minutes, seeds, data }: Stage, recipes: readonly RecipeName[]): readonly Cell[] {
  const cells: Cell[] = [];
  for (let seed = 0; seed < seeds; seed++)
    for (const set of data) for (const recipe of recipes) cells.push({ recipe, data: set, minutes, seed });
  return cells;
}

/**
 * Ranks recipes by their mean rank over the data sets of a budget. The rank in a data set is the rank of the mean FID
 * over seeds, with the default sampler. Ranks are averaged because FIDs of different data sets are not comparable.
 *
 * @returns recipes that have results for all data sets, best first
 */
export function ranking(results: readonly CellResult[], minutes: number): readonly RecipeName[] {
  const ofBudget = results.filter((result) => result.minutes === minutes);
  const sets = [...new Set(ofBudget.map(({ data }) => data))];
  const own = ofBudget.filter(({ recipe }) =>
    sets.every((set) => ofBudget.some((other) => other.recipe === recipe && other.data === set)),
  );
  const ranks = new Map<RecipeName, number[]>();
  for (const set of sets) {
    const fids = meanFids(own.filter(({ data }) => data === set));
    const sorted = [...fids].sort(([, a], [, b]) => a - b);
    for (const [rank, [recipe]] of sorted.entries()) ranks.set(recipe, [...(ranks.get(recipe) ?? []), rank]);
  }
  return [...ranks].sort(([, a], [, b]) => mean(a) - mean(b)).map(([recipe]) => recipe);
}

/** Returns the recipes that are trained in a stage: `today`, and the best of the previous stage. */
export function chosenRecipes(
  stage: Stage,
  before: Stage,
  results: readonly CellResult[],
): readonly RecipeName[] {
  const best = ranking(results, before.minutes)
    .filter((recipe) => recipe !== TODAY)
    .slice(0, stage.best);
  return [TODAY, ...best];
}

/** Computes the mean FID of each recipe with the default sampler. */
function meanFids(results: readonly CellResult[]): ReadonlyMap<RecipeName, number> {
  const fids = new Map<RecipeName, number[]>();
  for (const { recipe, judged } of results) {
    const fid = judged[0]?.fid;
    if (fid !== undefined) fids.set(recipe, [...(fids.get(recipe) ?? []), fid]);
  }
  return new Map([...fids].map(([recipe, values]) => [recipe, mean(values)]));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
