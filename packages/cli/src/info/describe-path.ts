import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readRegularFile } from '@isonoise/runtime-node';
import { CliError } from '../errors.ts';
import { refuseDiffusers } from '../model-path.ts';
import type { Description } from './description.ts';

/**
 * Describes a file or folder.
 *
 * @throws `CLI_UNKNOWN_FILE` if the path does not exist or its kind is unknown; errors of reading the file or folder
 */
export async function describePath(path: string): Promise<Description> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new CliError(
      'CLI_UNKNOWN_FILE',
      `info: ${path} does not exist; expected a file or folder. Check the path.`,
      { cause },
    );
  });
  if (found.isDirectory()) return describeFolder(path);
  if (path.endsWith('.zip')) return (await import('./bundle-info.ts')).describeBundle(path);
  if (found.isFile() && !/\.(safetensors|onnx|png)$/.test(path)) throw unknown(path);
  if (path.endsWith('.png')) return (await import('./png-info.ts')).describePng(path);
  const bytes = await readRegularFile(path);
  if (path.endsWith('.safetensors'))
    return (await import('./safetensors-info.ts')).describeSafetensors(bytes, path);
  return (await import('./onnx-info.ts')).describeOnnx(bytes);
}

async function describeFolder(path: string): Promise<Description> {
  const has = async (name: string): Promise<boolean> =>
    (await stat(join(path, name)).catch(() => null))?.isFile() ?? false;
  if (await has('isonoise.json')) return (await import('./bundle-info.ts')).describeBundle(path);
  if (await has('run.json')) return (await import('./run-info.ts')).describeRun(path);
  await refuseDiffusers('info', path);
  throw unknown(path);
}

function unknown(path: string): CliError {
  return new CliError(
    'CLI_UNKNOWN_FILE',
    `info: ${path} is of an unknown kind; expected a model (a folder with isonoise.json, or a .zip), a run (a folder ` +
      'with run.json), an .onnx, a .safetensors or a .png file that isonoise wrote.',
  );
}
