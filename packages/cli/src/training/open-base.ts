import { basename, resolve } from 'node:path';
import { bundleFiles } from '@isonoise/runtime-node';
import { type BaseModel, bundleBase, runBase } from '@isonoise/train';
import { isModel } from '../exporting/export-source.ts';
import { pickCheckpoint } from '../exporting/pick-checkpoint.ts';
import { runWeights } from '../exporting/run-weights.ts';
import { isRunFolder, refuseDiffusers } from '../model-path.ts';
import { readRunDirectory } from '../run-directory.ts';
import { sha256 } from './data-file.ts';
import { readRunRecord } from './run-record.ts';

/**
 * Opens the model of `--from`: a bundle, or the last checkpoint of a run. The weights of a run are those that
 * `export-onnx` would export.
 *
 * @throws `CLI_UNKNOWN_FILE` for a model of diffusers; `RUN_NOT_FOUND` if the path does not exist; `RUN_FILE` if a file of the run is damaged; `TRAIN_BASE`;
 *   errors of reading a bundle
 */
export async function openBase(path: string): Promise<BaseModel> {
  if (await isModel(path)) return bundleBase(await bundleFiles(path), sha256);
  if (!(await isRunFolder(path))) await refuseDiffusers('train --from', path);
  const run = await readRunDirectory(path, ', or a model (models/<name> or a .zip)');
  const names = await readRunRecord(path);
  const { checkpoint } = await pickCheckpoint(run.store, 'latest');
  const { theta } = await runWeights(run, checkpoint, {});
  const name = `${basename(resolve(path))}, step ${checkpoint.step}`;
  return runBase(name, checkpoint.config, names, theta, sha256);
}
