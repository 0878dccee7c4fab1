import {
  type Connection,
  connect,
  JobClient,
  type JobRecord,
  JobStore,
  type RangeModels,
  type RunningWorker,
  startWorker,
  type WorkerOptions,
} from '@isonoise/jobs';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { TestRedis } from '../support/redis.ts';
import { BUNDLE, fakeStart } from './fake-model.ts';

/** Number of values in an image of `fakeStart`. */
const VALUES = 4;

/** Redis with a client and workers, for one test file. Everything in Redis is removed after each test. */
export class JobsHarness {
  readonly redis: TestRedis;
  readonly #workers: RunningWorker[] = [];
  #names = 0;
  connection!: Connection;
  client!: JobClient;
  store!: JobStore;

  constructor(settings?: ConstructorParameters<typeof TestRedis>[0]) {
    this.redis = new TestRedis(settings);
    beforeAll(async () => {
      await this.redis.start();
      this.connection = await connect(this.redis.url);
      this.client = new JobClient(this.connection);
      this.store = new JobStore(this.connection.redis);
    });
    afterEach(async () => {
      await this.stopWorkers();
      await this.connection.redis.flushall();
    });
    afterAll(async () => {
      await this.client.close();
      this.connection.close();
      await this.redis.remove();
    });
  }

  async stopWorkers(): Promise<void> {
    await Promise.all(this.#workers.splice(0).map((worker) => worker.stop()));
  }

  /** Starts a worker with one range at a time, which is stopped after the test. */
  work(models: RangeModels, options: Partial<WorkerOptions> = {}): RunningWorker {
    const worker = startWorker({
      connection: this.connection,
      models,
      name: `worker-${this.#names++}`,
      concurrency: 1,
      lockMs: 1000,
      ...options,
    });
    this.#workers.push(worker);
    return worker;
  }

  /** Sends a job with ranges of three images. */
  send(images: number, options: Partial<Parameters<JobClient['send']>[0]> = {}): Promise<JobRecord> {
    return this.client.send({
      start: fakeStart(images),
      bundle: BUNDLE,
      client: 'me',
      rangeSize: 3,
      ...options,
    });
  }

  /** Returns what a job waits for. */
  async waitsFor(record: JobRecord): Promise<string | null> {
    return this.client.waitsFor(record, await this.client.progress(record.id));
  }

  /** Collects all images of a job; each range must come once. */
  async collected(
    record: JobRecord,
    client: JobClient = this.client,
  ): Promise<{ images: Float32Array; kinds: string[]; steps: number[] }> {
    const images = new Float32Array(record.images * VALUES).fill(Number.NaN);
    const [seen, kinds, steps] = [new Set<number>(), [] as string[], [] as number[]];
    for await (const { range, first, images: part, by } of client.collect(record)) {
      expect(seen.has(range)).toBe(false);
      seen.add(range);
      images.set(part, first * VALUES);
      kinds.push(by.kind);
      steps[range] = by.steps;
    }
    return { images, kinds, steps };
  }
}
