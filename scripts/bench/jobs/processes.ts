import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Connection, connect, JobClient } from '@isonoise/jobs';
import { TestRedis } from '../../../tests/support/redis.ts';
import { type IsonoiseProcess, startIsonoise, succeeded } from '../../isonoise-process.ts';

const MODELS = path.resolve(import.meta.dirname, '../../../models');
/** The model that the jobs draw. */
export const MODEL = 'mnist';
/** Number of images in a range. */
export const RANGE_SIZE = 64;
/** Number of steps of each image. */
export const STEPS = 10;
const ONE_THREAD = ['--provider', 'cpu', '--threads', '1'];

/** A worker process, with the times at which it stored ranges. */
export interface TimedWorker {
  readonly process: IsonoiseProcess;
  /** Time at which the process was started, by `performance.now`. */
  readonly started: number;
  /** Times at which the process stored ranges, by `performance.now`. */
  readonly stored: number[];
}

/** The Redis server, the workers and the commands of a measurement. */
export class JobProcesses {
  readonly #redis: TestRedis;
  readonly #folder: string;
  readonly connection: Connection;
  readonly client: JobClient;
  readonly #workers: TimedWorker[] = [];
  #outputs = 0;

  private constructor(redis: TestRedis, folder: string, connection: Connection) {
    this.#redis = redis;
    this.#folder = folder;
    this.connection = connection;
    this.client = new JobClient(connection);
  }

  /** Starts Redis. The caller must call `close`. */
  static async open(): Promise<JobProcesses> {
    const redis = new TestRedis({ memory: '1gb' });
    await redis.start();
    const folder = await mkdtemp(path.join(tmpdir(), 'isonoise-bench-'));
    return new JobProcesses(redis, folder, await connect(redis.url));
  }

  get url(): string {
    return this.#redis.url;
  }

  /** Changes the number of `pnpm worker` processes, of one thread each, and waits until they are connected. */
  async setWorkers(count: number): Promise<readonly TimedWorker[]> {
    while (this.#workers.length > count) await this.#workers.pop()?.process.end('SIGTERM');
    while (this.#workers.length < count) {
      const stored: number[] = [];
      const args = ['worker', '--redis', this.url, '--models', MODELS, ...ONE_THREAD];
      const onLine = (line: string): void => {
        if (/ range \d+ stored$/.test(line)) stored.push(performance.now());
      };
      const process = startIsonoise(args, onLine, this.#workers.length);
      this.#workers.push({ process, started: performance.now(), stored });
    }
    while ((await this.client.workers()).length !== count) await new Promise((r) => setTimeout(r, 50));
    return this.#workers;
  }

  /** Draws images with a job. @returns the seconds that the command measured */
  job(images: number): Promise<number> {
    return this.#sample(images, ['--distributed', '--redis', this.url, '--range-size', String(RANGE_SIZE)]);
  }

  /**
   * Draws images in one process with one thread.
   *
   * @param core number of the processor on which the process runs
   * @returns the seconds that the command measured
   */
  plain(images: number, core: number): Promise<number> {
    return this.#sample(images, ['--batch-size', String(RANGE_SIZE), ...ONE_THREAD], core);
  }

  async #sample(images: number, args: readonly string[], core?: number): Promise<number> {
    const command = startIsonoise(
      [
        ...[
          'sample',
          path.join(MODELS, MODEL),
          '--count',
          String(images),
          '--steps',
          String(STEPS),
          '--json',
        ],
        ...['--out', path.join(this.#folder, `${this.#outputs++}.png`), ...args],
      ],
      () => {},
      core,
    );
    const { seconds } = JSON.parse(await succeeded('pnpm sample', command)) as { readonly seconds: number };
    return seconds;
  }

  async close(): Promise<void> {
    await this.setWorkers(0);
    await this.client.close();
    this.connection.close();
    await this.#redis.remove();
    await rm(this.#folder, { recursive: true });
  }
}
