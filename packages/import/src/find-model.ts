import { listed, showValue } from '@isonoise/error';
import { DIFFUSERS_ARCHITECTURES } from '@isonoise/network';
import { importError } from './errors.ts';
import { MAX_INDEX_BYTES, readJson } from './read-json.ts';
import type { SourceFile, SourceFolder } from './source.ts';

/** The files of a model. */
export interface ModelFiles {
  /** `config.json` of the U-Net. */
  readonly config: SourceFile;
  /** Weights: one file, or the shards of a model. */
  readonly weights: readonly SourceFile[];
  /** Scheduler configuration; null if the model has none. */
  readonly scheduler: SourceFile | null;
  /** Class of the scheduler that model_index.json names; undefined if it names none. */
  readonly schedulerClass?: string | undefined;
  /** Inputs and outputs that Python recorded; null if the model has none. */
  readonly recorded: SourceFile | null;
  readonly notes: readonly string[];
}

const WEIGHTS = 'diffusion_pytorch_model';
/** Weights in the order of preference. diffusers also prefers safetensors. */
const WEIGHT_FILES = [
  `${WEIGHTS}.safetensors`,
  `${WEIGHTS}.safetensors.index.json`,
  `${WEIGHTS}.bin`,
  `${WEIGHTS}.bin.index.json`,
];
const ANY_WEIGHTS = /\.(safetensors|bin|pt|pth|ckpt)$/;
/** Name of the recorded inputs and outputs, beside the weights. */
const RECORDED = 'recorded.safetensors';

/**
 * Finds the files of a model in a folder that diffusers wrote. The folder contains a pipeline with `unet/` and
 * `scheduler/`, a U-Net, or the flat layout of old repositories.
 *
 * @throws `IMPORT_FILE` if the folder has no U-Net, or several weights files; `IMPORT_UNKNOWN_MODEL` if the pipeline
 *   has parts besides a U-Net and a scheduler
 */
export async function findModel(folder: SourceFolder): Promise<ModelFiles> {
  const paths = new Set(await folder.list());
  const schedulerClass = paths.has('model_index.json')
    ? await checkPipeline(await folder.open('model_index.json'))
    : undefined;
  const inside = paths.has('unet/config.json') ? 'unet/' : paths.has('config.json') ? '' : null;
  if (inside === null) {
    throw importError(
      'IMPORT_FILE',
      `import: ${folder.description} has ${names(paths)}; expected unet/config.json of a diffusers model, or config.json. ` +
        'For a weights file alone, name it, and pass its configuration with --config.',
    );
  }
  const weights = pickWeights(paths, inside, folder.description);
  const scheduler = ['scheduler/scheduler_config.json', 'scheduler_config.json'].find((path) =>
    paths.has(path),
  );
  const recorded = [`${inside}${RECORDED}`, RECORDED].find((path) => paths.has(path));
  return {
    config: await folder.open(`${inside}config.json`),
    weights: await openWeights(folder, weights.path, paths),
    scheduler: scheduler === undefined ? null : await folder.open(scheduler),
    schedulerClass,
    recorded: recorded === undefined ? null : await folder.open(recorded),
    notes: weights.notes,
  };
}

/** Checks the parts of a pipeline. @returns the class of its scheduler; undefined if it names none */
async function checkPipeline(file: SourceFile): Promise<string | undefined> {
  const index = await readJson(file);
  for (const [part, value] of Object.entries(index)) {
    if (part === 'unet' || part === 'scheduler' || !Array.isArray(value) || value[1] === null) continue;
    throw importError(
      'IMPORT_UNKNOWN_MODEL',
      `import: ${file.description}: ${index._class_name === undefined ? 'the pipeline' : showValue(index._class_name)} has the part ${showValue(part)} (${showValue(value)}); ` +
        'expected a pipeline of a U-Net and a scheduler, which draws pixels. Such a pipeline cannot be imported.',
    );
  }
  const { unet, scheduler } = index;
  if (unet !== undefined && !isPart(unet)) throw malformed(file, 'unet', unet);
  const known = [...DIFFUSERS_ARCHITECTURES.keys()];
  if (unet !== undefined && !(unet[0] === 'diffusers' && known.includes(unet[1]))) {
    throw importError(
      'IMPORT_UNKNOWN_MODEL',
      `import: ${file.description}: unet is ${showValue(unet)}; expected ["diffusers", "${known.join('" or "')}"]. Models of ` +
        'other classes cannot be imported.',
    );
  }
  // A pipeline may lack a scheduler.
  if (scheduler === undefined || (Array.isArray(scheduler) && scheduler[1] === null)) return undefined;
  if (!isPart(scheduler)) throw malformed(file, 'scheduler', scheduler);
  return scheduler[1];
}

const isPart = (value: unknown): value is readonly [library: string, className: string] =>
  Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === 'string');

const malformed = (file: SourceFile, part: string, value: unknown): Error =>
  importError(
    'IMPORT_FILE',
    `import: ${file.description}: ${part} is ${showValue(value)}; expected the names of a library and of a class. Get the ` +
      'file again.',
  );

function pickWeights(
  paths: ReadonlySet<string>,
  inside: string,
  description: string,
): { readonly path: string; readonly notes: readonly string[] } {
  const usual = WEIGHT_FILES.map((name) => inside + name).find((path) => paths.has(path));
  if (usual !== undefined) return { path: usual, notes: [] };
  const all = [...paths].filter(
    (path) =>
      path.startsWith(inside) &&
      !path.slice(inside.length).includes('/') &&
      ANY_WEIGHTS.test(path) &&
      !path.endsWith(RECORDED),
  );
  const safe = all.filter((path) => path.endsWith('.safetensors'));
  const [only, another] = safe.length > 0 ? safe : all;
  if (only !== undefined && another === undefined)
    return { path: only, notes: [`took the weights of ${only}`] };
  throw importError(
    'IMPORT_FILE',
    `import: ${description} has ${all.length === 0 ? 'no weights' : listed(all.sort())}; expected ` +
      `${inside}${WEIGHT_FILES[0]}. Name one weights file, and pass ${inside}config.json with --config.`,
  );
}

/** Opens a weights file, or all shards that an index lists. */
async function openWeights(
  folder: SourceFolder,
  path: string,
  paths: ReadonlySet<string>,
): Promise<readonly SourceFile[]> {
  if (!path.endsWith('.index.json')) return [await folder.open(path)];
  const file = await folder.open(path);
  const { weight_map: map } = await readJson(file, MAX_INDEX_BYTES);
  const shards: readonly unknown[] =
    typeof map === 'object' && map !== null && !Array.isArray(map) ? [...new Set(Object.values(map))] : [];
  const base = path.slice(0, path.lastIndexOf('/') + 1);
  const files: SourceFile[] = [];
  for (const shard of shards) {
    if (typeof shard !== 'string' || !paths.has(base + shard)) {
      throw importError(
        'IMPORT_FILE',
        `import: ${file.description} lists the shard ${JSON.stringify(shard)}; expected the name of a file in the same ` +
          'folder. Get all files of the model.',
      );
    }
    files.push(await folder.open(base + shard));
  }
  if (files.length > 0) return files;
  throw importError(
    'IMPORT_FILE',
    `import: ${file.description} lists no shards; expected weight_map. Get the file again.`,
  );
}

const names = (paths: ReadonlySet<string>): string => listed([...paths].sort(), 10) || 'no files';
