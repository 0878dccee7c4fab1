import { hostname } from 'node:os';
import { ACTIVE_KEY, QUEUE_KEY } from '@isonoise/jobs';
import type { Redis } from 'ioredis';
import { type IsonoiseProcess, startIsonoise } from '../../isonoise-process.ts';

/** Counts of killed workers and of discarded ranges. */
export interface PoolCounts {
  /** Workers that were killed while they drew ranges. */
  killedBusy: number;
  /** Ranges that a worker finished although another worker had already stored them; their images were discarded. */
  discarded: number;
}

/** Workers in separate processes. A worker that is killed is replaced. */
export class WorkerPool {
  readonly #args: readonly string[];
  readonly #workers: IsonoiseProcess[];
  readonly counts: PoolCounts = { killedBusy: 0, discarded: 0 };

  /** @param args arguments of `isonoise worker` */
  constructor(args: readonly string[], size: number) {
    this.#args = args;
    this.#workers = Array.from({ length: size }, () => this.#start());
  }

  #start(): IsonoiseProcess {
    return startIsonoise(['worker', ...this.#args], (line) => {
      if (/ range \d+ known$/.test(line)) this.counts.discarded++;
    });
  }

  /**
   * Kills a worker and starts a new one.
   *
   * @param victim number in [0, 1) that chooses the worker
   * @returns a text with the process of the worker and the number of ranges that it was drawing
   */
  async kill(victim: number, redis: Redis): Promise<string> {
    const index = Math.floor(victim * this.#workers.length);
    const worker = this.#workers[index];
    if (worker === undefined) throw new Error(`no worker ${index}; expected one of ${this.#workers.length}`);
    await worker.end('SIGKILL');
    const ranges = await rangesOf(`${hostname()}-${worker.pid}`, redis);
    if (ranges > 0) this.counts.killedBusy++;
    this.#workers[index] = this.#start();
    return `worker ${worker.pid}, which drew ${ranges === 1 ? '1 range' : `${ranges} ranges`}`;
  }

  /** Stops all workers. */
  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.end('SIGTERM')));
  }
}

/**
 * Returns the number of ranges that a worker holds. BullMQ keeps the name of the worker in the field `pb` of each
 * range.
 */
async function rangesOf(name: string, redis: Redis): Promise<number> {
  const active = await redis.lrange(ACTIVE_KEY, 0, -1);
  const holders = await Promise.all(active.map((id) => redis.hget(`${QUEUE_KEY}:${id}`, 'pb')));
  return holders.filter((holder) => holder === name).length;
}
