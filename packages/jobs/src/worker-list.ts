import type { Redis } from 'ioredis';
import { WORKER_KEY } from './keys.ts';
import { PREFIX } from './protocol.ts';
import { ANNOUNCE } from './scripts.ts';

/** What a worker says about itself. Every version of the protocol can read it. */
export interface WorkerInfo {
  /** Name of the worker: host and process id. */
  readonly name: string;
  /** Version of the protocol; workers draw only jobs of their version. */
  readonly protocol: number;
  /** Its kind of processor for each bundle that it has opened; empty before the first. */
  readonly kinds: readonly string[];
  /** Images that it has drawn since its start. */
  readonly images: number;
  /** Ranges that it has drawn since its start. */
  readonly ranges: number;
  /** Milliseconds that it took for these ranges, added up. */
  readonly milliseconds: number;
}

/** Seconds after which a silent worker leaves the list. */
const SILENT_SECONDS = 15;
const KEY = PREFIX + WORKER_KEY.suffix;

/** The workers that are connected now. Each repeats its entry every few seconds. */
export class WorkerList {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Records that a worker is connected; must be repeated every few seconds. */
  async announce(info: WorkerInfo): Promise<void> {
    await this.#redis.eval(ANNOUNCE, 1, `${KEY}${info.name}`, JSON.stringify(info), SILENT_SECONDS);
  }

  /** Removes a worker that stops. */
  async leave(name: string): Promise<void> {
    await this.#redis.del(`${KEY}${name}`);
  }

  /** Returns the kinds of processors of the connected workers. */
  async kinds(): Promise<ReadonlySet<string>> {
    return new Set((await this.all()).flatMap(({ kinds }) => kinds));
  }

  /** Returns all workers, of every version. */
  async all(): Promise<readonly WorkerInfo[]> {
    const found: WorkerInfo[] = [];
    for await (const keys of this.#redis.scanStream({ match: `${KEY}*`, count: 1000 })) {
      const texts = keys.length === 0 ? [] : await this.#redis.mget(keys);
      // Workers write this text; a worker may have left since the scan.
      for (const text of texts) if (text !== null) found.push(JSON.parse(text) as WorkerInfo);
    }
    return found;
  }
}
