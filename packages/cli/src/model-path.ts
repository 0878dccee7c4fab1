import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BUNDLE_PATHS } from '@isonoise/bundle';
import { commandLine } from './command-line.ts';
import { CliError } from './errors.ts';

/**
 * Refuses a run, or a part of a run, where a command needs an exported model. Other paths are checked when the
 * model is read.
 *
 * @param verb name of the command, for the message
 * @throws `CLI_UNKNOWN_FILE` with the command that exports the run, if the path is a run or inside one
 */
export async function refuseRun(verb: string, path: string): Promise<void> {
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
