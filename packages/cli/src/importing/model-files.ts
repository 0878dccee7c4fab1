import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BUNDLE_PATHS } from '@isonoise/bundle';
import { findModel, type ModelFiles } from '@isonoise/import';
import { CliError } from '../errors.ts';
import type { ImportFlags } from './import-flags.ts';
import { nodeSourceFile, nodeSourceFolder } from './node-source.ts';

/** Matches the extensions of ONNX graphs and of bundles in one file, which cannot be imported. */
const NOT_WEIGHTS = /\.(onnx|zip)$/i;

/**
 * Opens the files of a model: a diffusers folder, or a weights file with its configuration.
 *
 * @throws `CLI_UNKNOWN_FILE` if a file does not exist; `CLI_USAGE` if the configuration is missing, or if
 *   the file is an ONNX graph or a .zip; errors of `findModel`
 */
export async function modelFiles(
  path: string,
  { config, scheduler }: Pick<ImportFlags, 'config' | 'scheduler'>,
): Promise<ModelFiles> {
  const found = await stat(path).catch(() => null);
  if (found === null) {
    throw new CliError(
      'CLI_UNKNOWN_FILE',
      `import-model: ${path} does not exist; expected the folder of a diffusers model or a weights file. Check the path.`,
    );
  }
  if (found.isFile() && NOT_WEIGHTS.test(path)) {
    throw new CliError(
      'CLI_USAGE',
      `import-model: ${path} has the extension of a graph or an archive; expected a folder of diffusers, a safetensors file or a ` +
        'checkpoint of PyTorch. Files that isonoise wrote need no import: pass them to pnpm sample. To write a model as one ' +
        '.onnx file, run pnpm export-onnx <model> --out <folder> --single-file <file>.',
    );
  }
  const named = {
    ...(config === undefined ? {} : { config: await nodeSourceFile(config) }),
    ...(scheduler === undefined ? {} : { scheduler: await nodeSourceFile(scheduler) }),
  };
  if (found.isDirectory()) {
    const files = await findModel(nodeSourceFolder(path));
    return { ...files, ...named, notes: [...files.notes, ...(await bundleNotes(path))] };
  }
  const beside = (name: string): string => join(dirname(path), name);
  const configPath = config ?? (await existing(beside('config.json')));
  if (configPath === null) {
    throw new CliError(
      'CLI_USAGE',
      `import-model: ${path} is a file, and ${beside('config.json')} does not exist; expected the configuration of its ` +
        'network. Name the configuration with --config.',
    );
  }
  const schedulerPath = scheduler ?? (await existing(beside('scheduler_config.json')));
  return {
    config: await nodeSourceFile(configPath),
    weights: [await nodeSourceFile(path)],
    scheduler: schedulerPath === null ? null : await nodeSourceFile(schedulerPath),
    recorded: null,
    notes: [],
  };
}

/**
 * Returns a note if isonoise wrote the folder, because an import loses its card and the record of its
 * training.
 */
const bundleNotes = async (folder: string): Promise<readonly string[]> =>
  (await existing(join(folder, BUNDLE_PATHS.manifest))) === null
    ? []
    : [
        `${folder} is a model of isonoise; pnpm export-onnx ${folder} exports it again and keeps its card and the record of its training`,
      ];

async function existing(path: string): Promise<string | null> {
  return (await stat(path).catch(() => null))?.isFile() === true ? path : null;
}
