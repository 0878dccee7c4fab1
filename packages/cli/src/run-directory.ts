import { appendFile, mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { decodeText } from '@isonoise/data';
import { codeOf, printable } from '@isonoise/error';
import { readRegularFile } from '@isonoise/runtime-node';
import {
  type CheckpointStore,
  parseTrainConfig,
  type TextLog,
  type TrainConfig,
  trainError,
} from '@isonoise/train';
import { atomicWrite, TEMPORARY } from './atomic-write.ts';
import { takeLock } from './lock-file.ts';
import { writing } from './write-error.ts';

/** Matches file names that cannot point outside their folder. */
const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * The files of a run: `config.json`, `run.json`, `data.json`, `data.png`, `metrics.jsonl`, `loss.svg`,
 * `events.out.tfevents.*` for TensorBoard, `checkpoints/` and `samples/`. Files are replaced atomically.
 */
export interface RunFiles {
  readonly path: string;
  /** The folder `checkpoints/`. */
  readonly store: CheckpointStore;
  /** The file `metrics.jsonl`. */
  readonly metrics: TextLog;
  /** Reads `config.json`. @throws `RUN_FILE` if the file is missing or damaged */
  readConfig(): Promise<TrainConfig>;
}

/**
 * A run that no other process can write until `close`. Claiming a run creates its folder and
 * its lock, but does not change other files.
 */
export interface ClaimedRun extends RunFiles {
  /** Prepares the run for writing: creates missing folders, and removes temporary files that a crash left. */
  begin(): Promise<RunDirectory>;
  /**
   * Releases the run. Nothing may be written afterwards. If `begin` was not called, folders that claiming
   * has created are removed if they are empty.
   */
  close(): Promise<void>;
}

/** A run that this process writes. */
export interface RunDirectory extends ClaimedRun {
  /**
   * Writes `config.json`. In a new run, it must be the last file, because a folder with this file is a run.
   */
  writeConfig(config: TrainConfig): Promise<void>;
  /**
   * Writes a sample sheet. @returns the path of the sheet, such as `samples/step-00001000.png` in the folder
   * of the run
   */
  writeSamples(step: number, png: Uint8Array): Promise<string>;
  /** Writes `loss.svg`. @returns the path of the file */
  writeLossPlot(svg: string): Promise<string>;
  /**
   * Opens a new event file for TensorBoard. Each session has its own file.
   *
   * @param now milliseconds since 1970, for the name. TensorBoard reads the files in the order of their
   *   names. Even if the clock was set back, the new name sorts last.
   */
  openEvents(now: number): Promise<{ append(bytes: Uint8Array): Promise<void> }>;
}

/** Subfolders of a run. */
export const RUN_FOLDERS = ['checkpoints', 'samples'] as const;
/** Name of the lock file. It contains the identity of the process that writes the run. */
export const LOCK = 'lock';
const EVENTS = /^events\.out\.tfevents\.(\d+)\.isonoise$/;

/**
 * Matches names of files that a process leaves if it is killed while it replaces a file or takes over a lock.
 */
const LEFT_BEHIND: readonly RegExp[] = [TEMPORARY, /^lock\.\d+\.stale$/];

/**
 * Claims a run's folder for writing, and creates it if it is missing.
 *
 * @throws `RUN_LOCKED` if another process holds the lock; WriteError `CLI_WRITE_FAILED` if the folder or the lock
 *   cannot be written
 */
export async function claimRunDirectory(path: string): Promise<ClaimedRun> {
  const made = await writing(path, () => mkdir(path, { recursive: true }));
  const lock = await writing(join(path, LOCK), () => takeLock(join(path, LOCK), `run ${path}`)).catch(
    async (error: unknown) => {
      await removeEmpty(path, made);
      throw error;
    },
  );
  let begun = false;
  const claimed = {
    ...runFiles(path),
    async close() {
      await lock.release();
      if (!begun) await removeEmpty(path, made);
    },
  };
  const begin = async (): Promise<RunDirectory> => {
    begun = true;
    for (const folder of RUN_FOLDERS)
      await writing(join(path, folder), () => mkdir(join(path, folder), { recursive: true }));
    for (const folder of ['', ...RUN_FOLDERS]) {
      for (const name of await readdir(join(path, folder))) {
        if (LEFT_BEHIND.some((pattern) => pattern.test(name)))
          await rm(join(path, folder, name), { force: true });
      }
    }
    return { ...claimed, begin, ...runWriters(path) };
  };
  return { ...claimed, begin };
}

function runWriters(path: string): Omit<RunDirectory, keyof ClaimedRun> {
  const write = async (name: string, data: Uint8Array | string): Promise<string> => {
    await atomicWrite(join(path, name), data);
    return join(path, name);
  };
  return {
    writeConfig: async (config) => void (await write('config.json', `${JSON.stringify(config, null, 2)}\n`)),
    writeSamples: (step, png) => write(samplesName(step), png),
    writeLossPlot: (svg) => write('loss.svg', svg),
    async openEvents(now) {
      const earlier = (await readdir(path)).map((name) => Number(EVENTS.exec(name)?.[1] ?? -1));
      const moment = Math.max(Math.floor(now), 1 + Math.max(-1, ...earlier));
      const file = join(path, `events.out.tfevents.${String(moment).padStart(13, '0')}.isonoise`);
      return { append: (bytes) => writing(file, () => appendFile(file, bytes)) };
    },
  };
}

/** Removes the folders that claiming has created if they are empty, the innermost first. */
async function removeEmpty(path: string, made: string | undefined): Promise<void> {
  if (made === undefined) return;
  const outermost = resolve(made);
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!removed || folder === outermost) return;
  }
}

/**
 * Opens a run for reading. The run may still be training.
 *
 * @param others text for the error message about other accepted paths, such as `, or a model`
 * @param subject beginning of the error message, with the path
 * @throws `RUN_NOT_FOUND` if the folder does not exist or contains no `config.json`
 */
export async function readRunDirectory(
  path: string,
  others = '',
  subject = `run ${path}`,
): Promise<RunFiles> {
  const config = await stat(join(path, 'config.json')).catch(() => null);
  if (config?.isFile() !== true) {
    const exists = (await stat(path).catch(() => null)) !== null;
    if (!exists) throw await absentRun(path, others, subject);
    throw trainError(
      'RUN_NOT_FOUND',
      `${subject}: contains no config.json; expected a run folder that \`train\` created (runs/<name>)${others}.`,
    );
  }
  return runFiles(path);
}

/** Maximum number of runs in an error message. */
const MAX_NAMED = 5;

/**
 * Returns the error for a path that does not exist. The name can be misspelled, so the error lists the runs
 * in the same folder.
 */
async function absentRun(path: string, others: string, subject: string): Promise<Error> {
  const folder = dirname(path);
  const runs: string[] = [];
  for (const name of (await readdir(folder).catch(() => [])).sort())
    if ((await stat(join(folder, name, 'config.json')).catch(() => null))?.isFile() === true) runs.push(name);
  const more = runs.length > MAX_NAMED ? ` and ${runs.length - MAX_NAMED} more` : '';
  const expected =
    runs.length === 0
      ? 'a run folder that `train` created (runs/<name>)'
      : `one of the runs in ${folder}: ${runs
          .slice(0, MAX_NAMED)
          .map((name) => printable(name))
          .join(', ')}${more}`;
  return trainError('RUN_NOT_FOUND', `${subject} does not exist; expected ${expected}${others}.`);
}

/** Returns the path of a step's sample sheet within a run, such as `samples/step-00001000.png`. */
export function samplesName(step: number): string {
  return join('samples', `step-${String(step).padStart(8, '0')}.png`);
}

/** Returns access to the files of a run. The files need not exist. */
export function runFiles(path: string): RunFiles {
  const metrics = join(path, 'metrics.jsonl');
  return {
    path,
    store: fileStore(join(path, 'checkpoints')),
    metrics: {
      read: () => readText(metrics),
      replace: (text) => atomicWrite(metrics, text),
      append: (text) => writing(metrics, () => appendFile(metrics, text)),
    },
    async readConfig() {
      const text = await readText(join(path, 'config.json'));
      try {
        return parseTrainConfig(JSON.parse(text));
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw trainError(
          'RUN_FILE',
          `run ${path}: config.json cannot be used: ${reason}\nRestore the file as \`train\` wrote it. Each checkpoint ` +
            'contains a copy (isonoise info <checkpoint>).',
          { cause },
        );
      }
    },
  };
}

/** Whether the sample sheet of a step exists. */
export async function hasSamples(path: string, step: number): Promise<boolean> {
  return (await stat(join(path, samplesName(step))).catch(() => null)) !== null;
}

/** Creates a checkpoint store that keeps its files in a folder. */
function fileStore(folder: string): CheckpointStore {
  const pathOf = (name: string): string => {
    if (PLAIN_NAME.test(name)) return join(folder, name);
    throw trainError(
      'RUN_FILE',
      `checkpoint: the name is ${JSON.stringify(name)}; expected a plain file name.`,
    );
  };
  return {
    async list() {
      try {
        return (await readdir(folder)).filter((name) => PLAIN_NAME.test(name));
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return [];
        throw error;
      }
    },
    async get(name) {
      try {
        return await readRegularFile(pathOf(name));
      } catch (cause) {
        // A folder or a pipe with this name is treated as a damaged checkpoint, so that an earlier checkpoint
        // is used.
        if (codeOf(cause) !== 'BUNDLE_FILE_INVALID') throw cause;
        throw trainError('RUN_CHECKPOINT_DAMAGED', (cause as Error).message, { cause });
      }
    },
    put: (name, bytes) => atomicWrite(pathOf(name), bytes),
    remove: (name) => writing(pathOf(name), () => rm(pathOf(name), { force: true })),
  };
}

/** Reads a text file; returns an empty text if the file does not exist. */
async function readText(path: string): Promise<string> {
  try {
    return decodeText(await readRegularFile(path), path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
