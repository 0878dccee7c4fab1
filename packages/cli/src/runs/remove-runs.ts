import { lstat, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { listed } from '@isonoise/error';
import { trainError } from '@isonoise/train';
import { CliError } from '../errors.ts';
import { type ClaimedRun, claimRunDirectory, LOCK, RUN_FOLDERS } from '../run-directory.ts';
import { bytes, plural } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { clearRun, isLinkedFolder, isWrittenFile } from '../training/clear-run.ts';
import { checkedRunName } from '../training/run-name.ts';
import { writing } from '../write-error.ts';
import { isRunLike, listRuns } from './list-runs.ts';

export interface RemoveFlags {
  readonly runs: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

interface Removable {
  readonly name: string;
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
}

/**
 * `isonoise runs rm`: removes runs after confirmation. Files that training did not write are kept, together
 * with their folder.
 *
 * @param names names of the runs
 * @throws `CLI_USAGE` if the user does not confirm, or cannot be asked; `RUN_NOT_FOUND` if a name is not a run;
 *   `RUN_LOCKED` if a run is running
 */
export async function removeRuns(
  names: readonly string[],
  { runs: folder, yes, json }: RemoveFlags,
  terminal: Terminal,
): Promise<void> {
  // Check all runs before the first run is removed.
  const runs: Removable[] = [];
  for (const name of new Set(names)) runs.push(await measured(folder, checkedRunName(name)));
  const summaries = await listRuns(folder);
  for (const { name, path } of runs) {
    const by = summaries.find((each) => each.name === name)?.by ?? null;
    if (by !== null) {
      throw trainError(
        'RUN_LOCKED',
        `runs rm ${path}: ${by} is using it; expected a run that is not running. Stop the process first.`,
      );
    }
  }
  if (yes !== true) await confirm(runs, terminal);
  const kept: string[] = [];
  const claimed = await claimAll(runs);
  try {
    for (const run of claimed) if (!(await remove(run))) kept.push(run.path);
  } finally {
    for (const run of claimed) await run.close();
  }
  if (json === true) terminal.json({ removed: runs, kept });
  else for (const run of runs) terminal.out(`removed ${describe(run)}`);
  for (const path of kept)
    terminal.warn(`${path} contains files that training did not write; these files were kept`);
}

function describe({ path, files, bytes: size }: Removable): string {
  return `${path}: ${plural(files, 'file')}, ${bytes(size)}`;
}

async function measured(folder: string, name: string): Promise<Removable> {
  const path = join(folder, name);
  if ((await lstat(path).catch(() => null))?.isDirectory() !== true || !(await isRunLike(path))) {
    const names = (await listRuns(folder)).map((run) => run.name);
    throw trainError(
      'RUN_NOT_FOUND',
      `runs rm ${path}: is not a run; expected ${names.length === 0 ? `a run, but ${folder} contains none` : `one of ${listed(names)}`}.`,
    );
  }
  let [files, size] = [0, 0];
  for (const part of ['', ...RUN_FOLDERS]) {
    if (await isLinkedFolder(path, part)) continue;
    for (const file of await readdir(join(path, part)).catch(() => [])) {
      if (!isWrittenFile(part, file)) continue;
      files++;
      size += (await lstat(join(path, part, file)).catch(() => null))?.size ?? 0;
    }
  }
  return { name, path, files, bytes: size };
}

async function confirm(runs: readonly Removable[], terminal: Terminal): Promise<void> {
  const list = runs.map(describe);
  if (process.stdin.isTTY !== true) {
    throw new CliError(
      'CLI_USAGE',
      `runs rm: ${list.join('; ')}: cannot ask for confirmation, because standard input is not a terminal; expected --yes. Add --yes to remove without confirmation.`,
    );
  }
  for (const line of list) terminal.warn(line);
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await reader.question(
      `Remove ${runs.length === 1 ? 'this run' : `these ${runs.length} runs`}? [y/N] `,
    );
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    reader.close();
  }
  throw new CliError('CLI_USAGE', 'runs rm: not confirmed; nothing was removed.');
}

/** Locks all runs. @throws `RUN_LOCKED` if a run was started after the check; then no run stays locked */
async function claimAll(runs: readonly Removable[]): Promise<readonly ClaimedRun[]> {
  const claimed: ClaimedRun[] = [];
  try {
    for (const { path } of runs) claimed.push(await claimRunDirectory(path));
  } catch (error) {
    for (const run of claimed) await run.close();
    throw error;
  }
  return claimed;
}

/** Removes a run. @returns whether its folder was removed; false if the folder contains other files */
async function remove(run: ClaimedRun): Promise<boolean> {
  const { path } = run;
  try {
    await writing(path, () => clearRun(path));
    for (const part of RUN_FOLDERS) await rmdir(join(path, part)).catch(() => {});
  } finally {
    await run.close();
  }
  await rm(join(path, LOCK), { force: true });
  return rmdir(path).then(
    () => true,
    () => false,
  );
}
