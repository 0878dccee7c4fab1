import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, connect, JobStore } from '@isonoise/jobs';
import { TestRedis } from '../../../tests/support/redis.ts';
import { type EndedProcess, type IsonoiseProcess, startIsonoise, succeeded } from '../../isonoise-process.ts';
import type { Fault } from './fault-plan.ts';
import { imageHashes, type Range, requireSameImages } from './image-hashes.ts';
import { type PoolCounts, WorkerPool } from './worker-pool.ts';

const MODELS = path.resolve(import.meta.dirname, '../../../models');
const MODEL = path.join(MODELS, 'mnist');
/** Number of workers that draw at the same time. */
export const WORKERS = 2;
/** Number of images in a range. It is small, so that most kills interrupt a range. */
export const RANGE_SIZE = 16;
const LOCK_SECONDS = 5;
/** Interval at which the progress of the job is read, in milliseconds. */
const LOOK_MS = 50;

export interface JobCounts extends Readonly<PoolCounts> {
  readonly images: number;
  /** Number of different hashes among the images. */
  readonly different: number;
  readonly kills: number;
  readonly restarts: number;
}

export interface DisturbOptions {
  readonly count: number;
  readonly faults: readonly Fault[];
  readonly seed: number;
  /** Empty folder for the images. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Receives a line for each fault. */
  readonly note: (line: string) => void;
  /** Receives the number of images that have been drawn. */
  readonly onProgress: (images: number) => void;
}

/** Draws the images in one process, without faults. @returns the SHA-256 of each image */
export async function drawUndisturbed({ count, seed, folder, signal, onProgress }: DisturbOptions) {
  const npy = path.join(folder, 'undisturbed.npy');
  const command = startIsonoise(sampleArgs(count, seed, folder, 'undisturbed'), (line) => {
    const [, step, steps] = /(\d+)\/(\d+)/.exec(line) ?? [];
    if (step !== undefined) onProgress((count * Number(step)) / Number(steps));
  });
  try {
    await stoppable(succeeded('the undisturbed run', command), signal);
  } finally {
    // If nothing failed, the command has already ended.
    await command.end('SIGKILL');
  }
  return imageHashes(npy);
}

const sampleArgs = (count: number, seed: number, folder: string, name: string): readonly string[] => [
  ...['sample', MODEL, '--count', String(count), '--steps', '10', '--seed', String(seed)],
  ...['--provider', 'cpu', '--json'],
  ...['--out', path.join(folder, `${name}.png`), '--npy', path.join(folder, `${name}.npy`)],
];

/**
 * Draws the images with workers. Kills workers and restarts Redis according to `faults`, and compares each image with
 * the undisturbed run.
 *
 * @throws Error if the job fails, an image differs, or an image occurs twice in the result
 */
export async function disturbJob(expected: readonly string[], options: DisturbOptions): Promise<JobCounts> {
  const { count, seed, folder, faults, signal } = options;
  const redis = new TestRedis();
  await redis.start();
  const pool = new WorkerPool(
    [
      ...['--redis', redis.url, '--models', MODELS, '--provider', 'cpu', '--threads', '1'],
      ...['--lock-seconds', String(LOCK_SECONDS)],
    ],
    WORKERS,
  );
  const connection = await connect(redis.url);
  let job: IsonoiseProcess | undefined;
  try {
    job = startIsonoise([
      ...sampleArgs(count, seed, folder, 'disturbed'),
      ...['--distributed', '--redis', redis.url, '--range-size', String(RANGE_SIZE)],
    ]);
    const done = job.ended.then((ended: EndedProcess) => ended);
    await stoppable(inject({ connection, redis, pool, done, options }), signal);
    const stdout = await stoppable(succeeded('the job', job), signal);
    const { ranges } = JSON.parse(stdout) as { readonly ranges: readonly Range[] };
    const got = await imageHashes(path.join(folder, 'disturbed.npy'));
    requireSameImages(expected, got, ranges);
    if (
      !(await readFile(path.join(folder, 'disturbed.png'))).equals(
        await readFile(path.join(folder, 'undisturbed.png')),
      )
    )
      throw new Error('the sheet of the job differs from that of the undisturbed run; expected equal bytes');
    return {
      ...pool.counts,
      images: count,
      different: new Set(got).size,
      kills: faults.filter(({ kind }) => kind === 'worker').length,
      restarts: faults.filter(({ kind }) => kind === 'store').length,
    };
  } finally {
    // If nothing failed, the command has already ended.
    await job?.end('SIGKILL');
    await pool.stop();
    connection.close();
    await redis.remove();
  }
}

interface Running {
  readonly connection: Connection;
  readonly redis: TestRedis;
  readonly pool: WorkerPool;
  /** Resolves when the command of the job has ended. */
  readonly done: Promise<unknown>;
  readonly options: DisturbOptions;
}

/** Injects all faults, and reports progress until the end of the job. @throws Error if it ends before the last fault */
async function inject({ connection, redis, pool, done, options }: Running): Promise<void> {
  const { count, faults, signal, note, onProgress } = options;
  const store = new JobStore(connection.redis);
  let isDone = false;
  void done.then(() => {
    isDone = true;
  });
  const drawn = async (): Promise<number> => {
    const [id] = await store.open();
    return id === undefined ? 0 : RANGE_SIZE * (await store.progress(id)).finished;
  };
  const until = async (condition: (images: number) => boolean): Promise<void> => {
    while (!isDone && !signal.aborted) {
      const images = await drawn();
      if (images > 0) onProgress(Math.min(images, count));
      if (condition(images)) return;
      await pause(LOOK_MS);
    }
  };
  for (const [i, fault] of faults.entries()) {
    await until((images) => images >= fault.share * count);
    await pause(fault.delayMs);
    signal.throwIfAborted();
    if (isDone)
      throw new Error(`the job ended before fault ${i + 1} of ${faults.length}; expected a longer job`);
    if (fault.kind === 'worker') note(`killed ${await pool.kill(fault.victim, connection.redis)}`);
    else {
      await redis.kill();
      await redis.start();
      note('killed Redis, and started it again');
    }
  }
  await until(() => false);
}

/** Waits for a promise, or throws the signal's reason. */
async function stoppable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([promise, stopped]);
}
