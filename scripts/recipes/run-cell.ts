import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '@isonoise/error';
import { DEFAULT_SAMPLERS } from '@isonoise/sampler';
import { atomicWrite } from '../../packages/cli/src/atomic-write.ts';
import { type Cell, type CellResult, cellFolder, type Judged } from './cell.ts';
import { dataSetOf } from './data-sets.ts';
import { isonoise } from './isonoise.ts';
import { recipeOf } from './recipes.ts';

/** Samplers that judge a cell, for diffusion and for flow matching; the default sampler comes first. */
const JUDGES = {
  diffusion: [DEFAULT_SAMPLERS.diffusion, 'unipc'],
  flow: [DEFAULT_SAMPLERS.flow, 'dpmpp-2m-sde'],
} as const;

/** Number of sampling steps for the images that judge a cell: the default of `dpmpp-2m-sde` and of `unipc`. */
const SAMPLE_STEPS = 12;
/** Steps between checkpoints. A stopped cell loses at most this number of steps. */
const CHECKPOINT_EVERY = 100;

export interface RunOptions {
  /** Folder of all cells. */
  readonly folder: string;
  /** Number of optimizer steps of the training. */
  readonly steps: number;
  /** Images that are drawn to judge the model. */
  readonly count: number;
  /** Called with the progress of a cell. @param share share of the training that is done, from 0 to 1 */
  readonly onProgress: (phase: 'training' | 'export' | 'images', share: number) => void;
}

/** Reads the result of a finished cell; null if there is none for this number of images. */
export async function readResult(
  cell: Cell,
  { folder, steps, count }: Pick<RunOptions, 'folder' | 'steps' | 'count'>,
): Promise<CellResult | null> {
  try {
    return JSON.parse(await readFile(resultPath(folder, cell, steps, count), 'utf8')) as CellResult;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Trains, exports and judges one cell, and keeps the result in its folder. Work of an earlier run is reused. The
 * training resumes from its last checkpoint, and the evaluation from its last images.
 *
 * @throws Stopped if a signal stopped a command
 * @throws `BENCH_CELL` if a command failed
 */
export async function runCell(cell: Cell, options: RunOptions): Promise<CellResult> {
  const kept = await readResult(cell, options);
  if (kept !== null) return kept;
  const { folder, steps, count } = options;
  const own = path.join(folder, cellFolder(cell, steps));
  await mkdir(own, { recursive: true });
  await train(cell, own, options);

  const model = path.join(own, 'model');
  options.onProgress('export', 1);
  await rm(model, { recursive: true, force: true });
  await isonoise(['export-onnx', path.join(own, 'run'), '--out', model, '--quiet'], () => {});
  options.onProgress('images', 1);
  const judged = await judge(cell, own, count);
  const { parameters, smoothedLoss } = await trainingOf(model);
  const result: CellResult = { ...cell, steps, parameters, loss: smoothedLoss, judged };
  await atomicWrite(resultPath(folder, cell, steps, count), `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

function resultPath(folder: string, cell: Cell, steps: number, count: number): string {
  return path.join(folder, cellFolder(cell, steps), `result-${count}.json`);
}

async function train(cell: Cell, own: string, { steps, onProgress }: RunOptions): Promise<void> {
  const { dataset, size } = dataSetOf(cell.data);
  const { preset, train: fields = {}, network = {} } = recipeOf(cell.recipe);
  const config = path.join(own, 'recipe.json');
  await atomicWrite(config, `${JSON.stringify({ ...fields, network }, null, 2)}\n`);
  const begun = await exists(path.join(own, 'run', 'config.json'));
  const recipe = ['--preset', preset, '--config', config, '--dataset', dataset];
  const args = [
    ...['train', '--runs', own, '--name', 'run', '--json', '--quiet'],
    ...(begun ? ['--resume'] : recipe),
    ...(begun || size === undefined ? [] : ['--size', String(size)]),
    ...(begun ? [] : ['--seed', String(cell.seed), '--sample-every', '0']),
    ...['--steps', String(steps), '--checkpoint-every', String(CHECKPOINT_EVERY)],
  ];
  await isonoise(args, (line) => {
    const { type, step } = JSON.parse(line) as { readonly type: string; readonly step: number };
    if (type === 'step') onProgress('training', step / steps);
  });
}

interface EvaluatedRow {
  readonly images: 'drawn' | 'real';
  readonly sampler: string;
  readonly steps: number;
  readonly measures: { readonly fid: number; readonly kid: number; readonly rightClass: number | null };
}

async function judge({ recipe, data }: Cell, own: string, count: number): Promise<readonly Judged[]> {
  const { features, dataset } = dataSetOf(data);
  const schedule = recipeOf(recipe).train?.schedule;
  const isFlow =
    typeof schedule === 'object' && schedule !== null && Reflect.get(schedule, 'kind') === 'flow';
  const samplers = [...new Set<string>(JUDGES[isFlow ? 'flow' : 'diffusion'])];
  let text = '';
  await isonoise(
    [
      ...['evaluate', path.join(own, 'model'), '--dataset', dataset, '--features', features],
      ...['--samplers', samplers.join(','), '--steps', String(SAMPLE_STEPS), '--guidance', '1'],
      ...['--count', String(count), '--out', path.join(own, 'evaluation'), '--json', '--quiet'],
    ],
    (line) => {
      text += line;
    },
  );
  const { rows } = JSON.parse(text) as { readonly rows: readonly EvaluatedRow[] };
  return rows
    .filter(({ images }) => images === 'drawn')
    .map(({ sampler, steps, measures: { fid, kid, rightClass } }) => ({
      sampler,
      steps,
      fid,
      kid,
      rightClass,
    }))
    .sort((a, b) => samplers.indexOf(a.sampler) - samplers.indexOf(b.sampler));
}

async function trainingOf(
  model: string,
): Promise<{ readonly parameters: number; readonly smoothedLoss: number | null }> {
  const manifest = JSON.parse(await readFile(path.join(model, 'isonoise.json'), 'utf8')) as {
    readonly training: { readonly parameters: number; readonly smoothedLoss: number | null };
  };
  return manifest.training;
}

async function exists(file: string): Promise<boolean> {
  return readFile(file).then(
    () => true,
    () => false,
  );
}
