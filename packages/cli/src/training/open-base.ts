import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { printable } from '@isonoise/error';
import { bundleFiles } from '@isonoise/runtime-node';
import { type BaseModel, bundleBase, runBase } from '@isonoise/train';
import { commandLine } from '../command-line.ts';
import { CliError } from '../errors.ts';
import { isModel } from '../exporting/export-source.ts';
import { pickCheckpoint } from '../exporting/pick-checkpoint.ts';
import { runWeights } from '../exporting/run-weights.ts';
import { isRunFolder, refuseDiffusers } from '../model-path.ts';
import { readRunDirectory } from '../run-directory.ts';
import { sha256 } from './data-file.ts';
import { readRunRecord } from './run-record.ts';

/**
 * Opens the model of `--from`: a bundle, or the last checkpoint of a run. The weights of a run are those that
 * `export-onnx` exports by default.
 *
 * @throws `CLI_UNKNOWN_FILE` for a model of diffusers or a folder of models; `RUN_NOT_FOUND` if the path does not
 *   exist; `RUN_FILE` if a file of the run is damaged; `TRAIN_BASE`; errors of reading a bundle
 */
export async function openBase(path: string): Promise<BaseModel> {
  if (await isModel(path)) return bundleBase(await bundleFiles(path), sha256);
  if (!(await isRunFolder(path))) await refuseDiffusers('train --from', path);
  await refuseModels(path);
  const run = await readRunDirectory(path, ', or a model (models/<name> or a .zip)', `train --from ${path}`);
  const names = await readRunRecord(path);
  const { checkpoint } = await pickCheckpoint(run.store, 'latest');
  const { theta } = await runWeights(run, checkpoint, {});
  const name = `${basename(resolve(path))}, step ${checkpoint.step}`;
  return runBase(name, checkpoint.config, names, theta, sha256);
}

/** Maximum number of models in an error message. */
const MAX_NAMED = 5;

/** Refuses a folder of models. @throws `CLI_UNKNOWN_FILE` with the names of the models */
async function refuseModels(path: string): Promise<void> {
  if (await isRunFolder(path)) return;
  const models: string[] = [];
  // Ignore .zip files, because other programs write them too.
  for (const name of (await readdir(path).catch(() => [])).sort())
    if (!name.endsWith('.zip') && (await isModel(join(path, name)))) models.push(name);
  const [first] = models;
  if (first === undefined) return;
  const more = models.length > MAX_NAMED ? ` and ${models.length - MAX_NAMED} more` : '';
  throw new CliError(
    'CLI_UNKNOWN_FILE',
    `train --from ${path}: is a folder of models (${models
      .slice(0, MAX_NAMED)
      .map((name) => printable(name))
      .join(', ')}${more}); expected one model or run. ` +
      `Pass one of them: --from ${commandLine([join(path, first)])}`,
  );
}
