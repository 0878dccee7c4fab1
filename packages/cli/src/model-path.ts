import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { BUNDLE_PATHS } from '@isonoise/bundle';
import { commandLine } from './command-line.ts';
import { CliError } from './errors.ts';

/** Files by which a folder is recognized as a model of diffusers: a pipeline, or one network. */
const DIFFUSERS_FILES = [
  BUNDLE_PATHS.modelIndex,
  BUNDLE_PATHS.networkConfig,
  'diffusion_pytorch_model.safetensors',
  'diffusion_pytorch_model.bin',
] as const;

/**
 * Refuses a run, a part of a run, or a model of diffusers, where a command needs a model of isonoise. Other paths are
 * checked when the model is read.
 *
 * @param verb name of the command, for the message
 * @throws `CLI_UNKNOWN_FILE` with the command that exports the run or imports the model
 */
export async function refuseOther(verb: string, path: string): Promise<void> {
  // A model may be inside a run's folder.
  if (/\.(zip|onnx)$/i.test(path) || (await isFile(join(path, BUNDLE_PATHS.manifest)))) return;
  // The path may be the run itself, its checkpoints/ or one of the files there.
  for (const run of new Set([path, dirname(path), dirname(dirname(path))])) {
    if (!(await isRun(run))) continue;
    const what = run === path ? 'is a run' : `is a part of the run ${run}`;
    const name = basename(run);
    throw new CliError(
      'CLI_UNKNOWN_FILE',
      `${verb}: ${path} ${what}, not a model; expected an exported model. Export the run first: ` +
        `${commandLine(['pnpm', 'export-onnx', run, '--out', `models/${name}`])}`,
    );
  }
  await refuseDiffusers(verb, path);
}

/**
 * Refuses the folder of a diffusers model that is not a model of isonoise.
 *
 * @param verb name of the command, for the message
 * @throws `CLI_UNKNOWN_FILE` with the command that imports the model
 */
export async function refuseDiffusers(verb: string, path: string): Promise<void> {
  if (await isFile(join(path, BUNDLE_PATHS.manifest))) return;
  for (const file of DIFFUSERS_FILES) {
    if (!(await isFile(join(path, file)))) continue;
    throw new CliError(
      'CLI_UNKNOWN_FILE',
      `${verb}: ${path} is a model of diffusers (it contains ${file}, but no ${BUNDLE_PATHS.manifest}); expected a model ` +
        `of isonoise. Import it first: ${commandLine(['pnpm', 'import-model', path, '--out', `models/${basename(resolve(path))}-imported`])}`,
    );
  }
}

/** Whether a path is the folder of a run, and not a model. */
export async function isRunFolder(path: string): Promise<boolean> {
  return !(await isFile(join(path, BUNDLE_PATHS.manifest))) && (await isRun(path));
}

async function isRun(folder: string): Promise<boolean> {
  return (await isFile(join(folder, 'run.json'))) && (await isFile(join(folder, 'config.json')));
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true;
}
