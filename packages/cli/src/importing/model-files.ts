import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findModel, type ModelFiles } from '@isonoise/import';
import { CliError } from '../errors.ts';
import type { ImportFlags } from './import-flags.ts';
import { nodeSourceFile, nodeSourceFolder } from './node-source.ts';

/**
 * Opens the files of a model: a diffusers folder, or a weights file with its configuration.
 *
 * @throws `CLI_UNKNOWN_FILE` if a file does not exist; `CLI_USAGE` if the configuration is missing; errors of
 *   `findModel`
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
  const named = {
    ...(config === undefined ? {} : { config: await nodeSourceFile(config) }),
    ...(scheduler === undefined ? {} : { scheduler: await nodeSourceFile(scheduler) }),
  };
  if (found.isDirectory()) return { ...(await findModel(nodeSourceFolder(path))), ...named };
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

async function existing(path: string): Promise<string | null> {
  return (await stat(path).catch(() => null))?.isFile() === true ? path : null;
}
