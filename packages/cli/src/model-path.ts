import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { BUNDLE_PATHS, isPythonFile, withoutWeightsExtension } from '@isonoise/bundle';
import { commandLine } from './command-line.ts';
import { CliError } from './errors.ts';
import type { Terminal } from './terminal/terminal.ts';

/**
 * Refuses a run, a part of a run, or a model of diffusers if a command needs a model of isonoise. Other paths
 * are checked when the model is read.
 *
 * @param verb name of the command, for the message
 * @throws `CLI_UNKNOWN_FILE` with the command that exports the run or imports the model
 */
export async function refuseOther(verb: string, path: string): Promise<void> {
  // The folder of a run can contain a model.
  if (/\.(zip|onnx)$/i.test(path) || (await isFile(join(path, BUNDLE_PATHS.manifest)))) return;
  // The path may be that of the run, of its folder checkpoints/ or of a checkpoint.
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
 * Refuses a model of diffusers or a weights file of Python.
 *
 * @param verb name of the command, for the message
 * @throws `CLI_UNKNOWN_FILE` with the command that imports the model
 */
export async function refuseDiffusers(verb: string, path: string): Promise<void> {
  const isCheckpoint = await isRun(dirname(dirname(path)));
  if (!isCheckpoint && isPythonFile(path) && (await isFile(path))) {
    throw new CliError(
      'CLI_UNKNOWN_FILE',
      `${verb}: ${path} is a weights file; expected a model of isonoise. If it is from Python, import it first, with the ` +
        `configuration of its network: ${importCommand(path, ['--config', join(dirname(path), 'config.json')])}`,
    );
  }
  const problem = await diffusersProblem(path);
  if (problem === null) return;
  throw new CliError(
    'CLI_UNKNOWN_FILE',
    `${verb}: ${path} ${problem.text}; expected a model of isonoise. ${problem.advice}`,
  );
}

/** Warns about each model of diffusers in a folder of models. Commands skip such models. */
export async function warnOfDiffusers(folder: string, terminal: Pick<Terminal, 'warn'>): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => !name.startsWith('.')).sort();
  for (const path of [folder, ...names.map((name) => join(folder, name))]) {
    const problem = await diffusersProblem(path);
    if (problem === null) continue;
    terminal.warn(`${path} ${problem.text} and is left out. ${problem.advice}`);
  }
}

const importCommand = (path: string, more: readonly string[] = []): string =>
  commandLine([
    ...['pnpm', 'import-model', path, ...more],
    ...['--out', `models/${withoutWeightsExtension(basename(resolve(path)))}-imported`],
  ]);

/** Prefix of the names of weights that diffusers writes. */
const DIFFUSERS_WEIGHTS = 'diffusion_pytorch_model.';

/** The reason why a folder is not a model of isonoise. */
interface Problem {
  /** Text that follows the path of the folder, such as `is a model of diffusers`. */
  readonly text: string;
  /** Sentences that say what to do. */
  readonly advice: string;
}

/** Describes a folder that contains a model from Python. Returns null for all other paths. */
async function diffusersProblem(folder: string): Promise<Problem | null> {
  const has = (name: string): Promise<boolean> => isFile(join(folder, name));
  if (await has(BUNDLE_PATHS.manifest)) return null;
  // The folder can be a pipeline, a network whose weights have any name, or a network in shards.
  const weights = (await readdir(folder).catch(() => [])).filter(isPythonFile).sort();
  const known: readonly string[] = [BUNDLE_PATHS.modelIndex, BUNDLE_PATHS.networkConfig];
  for (const file of [...known, ...((await has('config.json')) ? weights : [])]) {
    if (!(await has(file))) continue;
    // Other programs write weights beside config.json, too.
    const isDiffusers = known.includes(file) || basename(file).startsWith(DIFFUSERS_WEIGHTS);
    const what = isDiffusers ? 'is a model of diffusers' : 'looks like a model from Python';
    const found = `${what} (it contains ${file}, but no ${BUNDLE_PATHS.manifest})`;
    // diffusers does not write graphs, but a tool for its models does.
    return (await has(BUNDLE_PATHS.onnx))
      ? {
          text: `has lost its ${BUNDLE_PATHS.manifest}, or ${found}`,
          advice: `Copy the whole model again, with ${BUNDLE_PATHS.manifest}. If the model is from Python, import it: ${importCommand(folder)}`,
        }
      : { text: found, advice: `Import it first: ${importCommand(folder)}` };
  }
  return null;
}

/** Whether a path is the folder of a run and not of a model. */
export async function isRunFolder(path: string): Promise<boolean> {
  return !(await isFile(join(path, BUNDLE_PATHS.manifest))) && (await isRun(path));
}

async function isRun(folder: string): Promise<boolean> {
  return (await isFile(join(folder, 'run.json'))) && (await isFile(join(folder, 'config.json')));
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true;
}
