import { appendFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CheckpointStore,
  parseTrainConfig,
  type TextLog,
  type TrainConfig,
  TrainError,
} from '@isonoise/train';
import { atomicWrite, TEMPORARY } from './atomic-write.ts';
import { hasCode } from './has-code.ts';
import { takeLock } from './lock-file.ts';
import { RunError } from './run-error.ts';

/** A name that cannot leave its folder. */
const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * The folder of one run: `config.json`, `metrics.jsonl`, `loss.svg`, `data.png`, TensorBoard's `events.out.tfevents.*`,
 * `checkpoints/`, `samples/`. Files that are replaced are replaced atomically.
 */
export interface RunFiles {
  readonly path: string;
  /** `checkpoints/`. */
  readonly store: CheckpointStore;
  /** `metrics.jsonl`. */
  readonly metrics: TextLog;
  /** @throws RunError `RUN_FILE`; TrainError `TRAIN_CONFIG` */
  readConfig(): Promise<TrainConfig>;
}

/** A run that this process alone may write. */
export interface RunDirectory extends RunFiles {
  writeConfig(config: TrainConfig): Promise<void>;
  /** @returns the path of `samples/step-00001000.png` */
  writeSamples(step: number, png: Uint8Array): Promise<string>;
  /** @returns the path of `loss.svg` */
  writeLossPlot(svg: string): Promise<string>;
  /**
   * Begins an event file for TensorBoard; each session has its own.
   * @param now milliseconds since 1970: files are read in the order of their names
   */
  openEvents(now: number): { append(bytes: Uint8Array): Promise<void> };
  /** Gives the run back; nothing may be written afterwards. */
  close(): Promise<void>;
}

/**
 * Opens a run's folder for writing and makes it where there is none. Temporary files that a crash left are removed.
 *
 * @throws RunError `RUN_LOCKED` while another process has it open
 */
export async function openRunDirectory(path: string): Promise<RunDirectory> {
  for (const folder of ['checkpoints', 'samples']) await mkdir(join(path, folder), { recursive: true });
  const lock = await takeLock(join(path, 'lock'), `run ${path}`);
  for (const folder of ['', 'checkpoints', 'samples']) {
    for (const name of await readdir(join(path, folder))) {
      if (TEMPORARY.test(name)) await rm(join(path, folder, name), { force: true });
    }
  }
  const write = async (name: string, data: Uint8Array | string): Promise<string> => {
    await atomicWrite(join(path, name), data);
    return join(path, name);
  };
  return {
    ...runFiles(path),
    writeConfig: async (config) => void (await write('config.json', `${JSON.stringify(config, null, 2)}\n`)),
    writeSamples: (step, png) => write(samplesName(step), png),
    writeLossPlot: (svg) => write('loss.svg', svg),
    openEvents(now) {
      const file = join(path, `events.out.tfevents.${String(Math.floor(now)).padStart(13, '0')}.isonoise`);
      return { append: (bytes) => appendFile(file, bytes) };
    },
    close: () => lock.release(),
  };
}

/**
 * A run to be looked at or exported, while it is trained or after.
 *
 * @throws RunError `RUN_NOT_FOUND` where the folder holds no `config.json`
 */
export async function readRunDirectory(path: string): Promise<RunFiles> {
  const config = await stat(join(path, 'config.json')).catch(() => null);
  if (config?.isFile() !== true) {
    throw new RunError(
      'RUN_NOT_FOUND',
      `run ${path}: there is no config.json; give the folder of a run, as \`train\` made it (runs/<name>).`,
    );
  }
  return runFiles(path);
}

/** Where in a run's folder the sample sheet of a step lies: `samples/step-00001000.png`. */
export function samplesName(step: number): string {
  return join('samples', `step-${String(step).padStart(8, '0')}.png`);
}

function runFiles(path: string): RunFiles {
  const metrics = join(path, 'metrics.jsonl');
  return {
    path,
    store: fileStore(join(path, 'checkpoints')),
    metrics: {
      read: () => readText(metrics),
      replace: (text) => atomicWrite(metrics, text),
      append: (text) => appendFile(metrics, text),
    },
    async readConfig() {
      const text = await readText(join(path, 'config.json'));
      try {
        return parseTrainConfig(JSON.parse(text));
      } catch (cause) {
        if (cause instanceof TrainError) throw cause;
        throw new RunError('RUN_FILE', `run ${path}: config.json is missing or is not JSON.`, { cause });
      }
    },
  };
}

/** A folder as checkpoint store. */
function fileStore(folder: string): CheckpointStore {
  const pathOf = (name: string): string => {
    if (PLAIN_NAME.test(name)) return join(folder, name);
    throw new RunError('RUN_FILE', `checkpoint ${JSON.stringify(name)}: not a plain file name.`);
  };
  return {
    async list() {
      try {
        return (await readdir(folder)).filter((name) => PLAIN_NAME.test(name));
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return [];
        throw error;
      }
    },
    get: async (name) => new Uint8Array(await readFile(pathOf(name))),
    put: (name, bytes) => atomicWrite(pathOf(name), bytes),
    remove: (name) => rm(pathOf(name), { force: true }),
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  }
}
