// `pnpm bench recipes`: trains candidate recipes with equal budgets of time and compares their images.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkOutputFolder } from '@isonoise/cli';
import type { Dataset } from '@isonoise/data';
import { loadDataset } from '@isonoise/data/node';
import { codeOf } from '@isonoise/error';
import { recipe, type TrainConfig } from '@isonoise/train';
import { enableProdMode } from '@tensorflow/tfjs-core';
import { describeMachine, loadAverage } from '../bench/machine.ts';
import { replaceBetweenMarkers } from '../bench/markdown-report.ts';
import { reportFailure } from '../report-failure.ts';
import { scriptError } from '../script-error.ts';
import { type Cell, type CellResult, cellFolder, cellName } from './cell.ts';
import { DATA_SET_NAMES, type DataSetName, dataSetOf, requireDataSet } from './data-sets.ts';
import { Stopped } from './isonoise.ts';
import { parseOptions, type RecipesOptions } from './options.ts';
import { cellsOf, chosenRecipes } from './plan.ts';
import { recipesPlot } from './plot.ts';
import { createProgress } from './progress.ts';
import { RECIPE_NAMES, type RecipeName, recipeOf } from './recipes.ts';
import { markdownTables } from './report.ts';
import { type Results, readResults, writeResults } from './results.ts';
import { readResult, runCell } from './run-cell.ts';
import { readStepTimes, type StepTimes, stepsIn, writeStepTimes } from './step-times.ts';
import { type Candidate, stepsToMeasure } from './steps-to-measure.ts';

const HELP = `pnpm bench recipes [--quick] [--only a,b] [--data a,b] [--minutes m] [--seeds n]

Trains every candidate recipe for 3 minutes, the best four for 10 minutes with three seeds, and the best two for 30 minutes.
Compares their images by FID, and writes docs/recipes.md and its plots. A minute is a fixed number of steps of each network, so
other work on the machine does not change the results. Ctrl-C saves; the same command resumes. With --out, the results are also
stored beside the report (recipes.json), and cells with a result there are not trained again, also on another machine.

  --only list     candidates (default: all): ${RECIPE_NAMES.join(', ')}
  --data list     data sets: ${DATA_SET_NAMES.join(', ')}
  --minutes m     one stage with this budget
  --seeds n       seeds for each recipe and data set of this stage
  --count n       images that are drawn to judge a model (default: 1000)
  --quick         trial run: three candidates for 6 seconds each, 100 images; written only with --out
  --folder dir    folder of the trainings and results (default: .cache/recipes)
  --out dir       folder of recipes.md, recipes.json and the plots (default: docs if all candidates run through all stages)
  --measure       measure the times of the steps instead; needs an idle machine

Examples:
  pnpm bench recipes --quick
  pnpm bench recipes --only today,stratified --minutes 3 --data mnist`;

/** Largest load average at which times of steps are measured. */
const MOST_LOAD = 0.5;

/** Initial text of recipes.md. */
const BARE = '# Training recipes\n\n<!-- recipes:begin -->\n<!-- recipes:end -->\n';

/** Returns a function that loads data sets, each only once. */
function createLoader(): (name: DataSetName) => Promise<Dataset> {
  const loaded = new Map<DataSetName, Promise<Dataset>>();
  return (name) => {
    const { dataset, size } = dataSetOf(name);
    const images = size === undefined ? {} : { images: { size, channels: 3 as const } };
    const found = loaded.get(name) ?? loadDataset(dataset, images).then((result) => result.dataset);
    loaded.set(name, found);
    return found;
  };
}

function configOf(name: RecipeName, dataset: Dataset): TrainConfig {
  const { preset, train, network } = recipeOf(name);
  return recipe(dataset, preset, { train, network });
}

async function measure({ only, stages }: RecipesOptions): Promise<void> {
  const { measureStep } = await import('./measure-steps.ts');
  enableProdMode();
  const loadSet = createLoader();
  const { cpu, cores } = describeMachine();
  const load = loadAverage();
  if (load > MOST_LOAD) {
    throw scriptError(
      'BENCH_USAGE',
      `bench recipes: the load of the machine is ${load}; expected at most ${MOST_LOAD}, because times of steps must be measured on an idle machine. Stop other work and wait a minute.`,
    );
  }
  const before = await readStepTimes();
  // Times of different processors must not be mixed.
  const times: Record<string, { readonly what: string; readonly ms: number }> =
    before.cpu === cpu && before.cores === cores ? { ...before.times } : {};
  const candidates: Candidate[] = [];
  for (const data of new Set(stages.flatMap((stage) => stage.data))) {
    const dataset = await loadSet(data);
    candidates.push(...only.map((name) => ({ recipe: name, data, config: configOf(name, dataset) })));
  }
  for (const { key, first, what } of stepsToMeasure(candidates)) {
    const ms = Number((await measureStep(first.config, await loadSet(first.data))).toPrecision(3));
    times[key] = { what, ms };
    console.log(`${what}: ${ms} ms`);
    await writeStepTimes({ cpu, cores, times });
  }
}

interface Comparison {
  readonly options: RecipesOptions;
  readonly times: StepTimes;
  readonly load: (name: DataSetName) => Promise<Dataset>;
  /** All results of this command and of earlier ones. */
  readonly results: Results;
}

async function compare(options: RecipesOptions): Promise<void> {
  const { stages, only, out, count } = options;
  const times = await readStepTimes();
  if (out !== undefined) {
    await checkOutputFolder('--out', out);
    replaceBetweenMarkers(await textOf(out), '', { marker: 'recipes', file: 'recipes.md' });
  }
  for (const data of new Set(stages.flatMap((stage) => stage.data))) await requireDataSet(data);
  const results = out === undefined ? new Map() : await readResults(out, count, times);
  const comparison = { options, times, load: createLoader(), results };
  const own: CellResult[] = [];
  for (const [i, stage] of stages.entries()) {
    const before = stages[i - 1];
    const recipes = before === undefined ? only : chosenRecipes(stage, before, own);
    own.push(...(await runCells(cellsOf(stage, recipes), comparison)));
    console.log(markdownTables(own, times));
  }
  if (out !== undefined) await write(out, comparison);
}

/** Runs the cells that have no result, and returns all results. */
async function runCells(cells: readonly Cell[], comparison: Comparison): Promise<readonly CellResult[]> {
  const { options, times, load, results } = comparison;
  const { folder, count, out } = options;
  const planned: { readonly cell: Cell; readonly steps: number; readonly isDone: boolean }[] = [];
  for (const cell of cells) {
    const config = configOf(cell.recipe, await load(cell.data));
    const steps = stepsIn(cell.minutes, config, times, cellName(cell));
    const key = cellFolder(cell, steps);
    const kept = results.get(key) ?? (await readResult(cell, { folder, steps, count }));
    if (kept !== null) results.set(key, kept);
    planned.push({ cell, steps, isDone: kept !== null });
  }
  const open = planned.filter(({ isDone }) => !isDone);
  const work = open.reduce((sum, { cell }) => sum + cell.minutes, 0);
  const progress = createProgress(open.length, work, Date.now);
  for (const { cell, steps } of open) {
    progress.begin(cell, cell.minutes);
    const result = await runCell(cell, { folder, steps, count, onProgress: progress.update });
    progress.end();
    console.error(`${cellName(cell)}: ${steps} steps, FID ${result.judged[0]?.fid.toFixed(2)}`);
    results.set(cellFolder(cell, steps), result);
    // Write after each cell, so that a later failure or an interruption does not lose hours of work.
    if (out !== undefined) await write(out, comparison);
  }
  return planned.flatMap(({ cell, steps }) => results.get(cellFolder(cell, steps)) ?? []);
}

async function write(out: string, { results, times, options: { count } }: Comparison): Promise<void> {
  await mkdir(out, { recursive: true });
  await writeResults(out, results, count, times);
  const all = [...results.values()];
  const sets = DATA_SET_NAMES.filter((name) => all.some(({ data }) => data === name));
  for (const data of sets) await writeFile(path.join(out, plotName(data)), recipesPlot(all, data));
  const plots = sets.map((data) => `![${data}: FID against minutes of training](${plotName(data)})`);
  const report = [...plots, markdownTables(all, times)].join('\n\n');
  const text = replaceBetweenMarkers(await textOf(out), report, { marker: 'recipes', file: 'recipes.md' });
  await writeFile(path.join(out, 'recipes.md'), text);
}

const plotName = (data: DataSetName): string => `recipes-${data}.svg`;

async function textOf(out: string): Promise<string> {
  try {
    return await readFile(path.join(out, 'recipes.md'), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return BARE;
    throw error;
  }
}

/** Runs the command. @param args after `pnpm bench recipes` */
export async function benchRecipes(args: readonly string[]): Promise<void> {
  try {
    const options = parseOptions(args);
    if (options.help) console.log(HELP);
    else if (options.measure) await measure(options);
    else await compare(options);
  } catch (error) {
    if (error instanceof Stopped) {
      console.error('\nstopped; the same command resumes');
      process.exitCode = 130;
    } else reportFailure(error, HELP);
  }
}
