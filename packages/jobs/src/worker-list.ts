import type { Redis } from 'ioredis';
import { WORKERS_KEY } from './keys.ts';
import { PREFIX, WORKER_PREFIX } from './protocol.ts';
import { ANNOUNCE } from './scripts.ts';

/** Description that a worker writes about itself. Every version of the protocol can read it. */
export interface WorkerInfo {
  /** Name of the worker: host and process id. */
  readonly name: string;
  /** Version of the protocol; workers draw only jobs of their version. */
  readonly protocol: number;
  /** Kind of processor for each bundle that the worker has opened; empty before the first bundle. */
  readonly kinds: readonly string[];
  /** Number of images that the worker has drawn since its start. */
  readonly images: number;
  /** Number of ranges that the worker has drawn since its start. */
  readonly ranges: number;
  /** Sum of the times that the worker took for these ranges, in milliseconds. */
  readonly milliseconds: number;
}

/** Seconds after which a silent worker leaves the list. */
const SILENT_SECONDS = 15;
const NAMES_KEY = PREFIX + WORKERS_KEY.suffix;

/** List of the connected workers. Each worker repeats its entry every few seconds. */
export class WorkerList {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Records that a worker is connected. Repeat it every few seconds. */
  async announce(info: WorkerInfo): Promise<void> {
    const keys = [WORKER_PREFIX + info.name, NAMES_KEY];
    await this.#redis.eval(ANNOUNCE, 2, ...keys, JSON.stringify(info), SILENT_SECONDS, info.name);
  }

  /** Removes a worker that stops. */
  async leave(name: string): Promise<void> {
    await Promise.all([this.#redis.del(WORKER_PREFIX + name), this.#redis.zrem(NAMES_KEY, name)]);
  }

  /** Returns the kinds of processors of the connected workers in the list of names. */
  async kinds(): Promise<ReadonlySet<string>> {
    return new Set((await this.#listed()).flatMap(({ kinds }) => kinds));
  }

  /**
   * Returns the connected workers in the list of names. Earlier versions do not write their names into it; workers of these
   * versions are returned only if no other worker is connected.
   */
  async all(): Promise<readonly WorkerInfo[]> {
    const listed = await this.#listed();
    return listed.length > 0 ? listed : this.#found();
  }

  async #listed(): Promise<readonly WorkerInfo[]> {
    return this.#read((await this.#redis.zrange(NAMES_KEY, 0, -1)).map((name) => WORKER_PREFIX + name));
  }

  /** Looks at all keys of the store, which takes long if many ranges are queued. */
  async #found(): Promise<readonly WorkerInfo[]> {
    const found: WorkerInfo[] = [];
    for await (const keys of this.#redis.scanStream({ match: `${WORKER_PREFIX}*`, count: 1000 }))
      found.push(...(await this.#read(keys)));
    return found;
  }

  async #read(keys: readonly string[]): Promise<readonly WorkerInfo[]> {
    const texts = keys.length === 0 ? [] : await this.#redis.mget(...keys);
    // Workers write this text; it is missing if a worker has left or is silent.
    return texts.flatMap((text) => (text === null ? [] : [JSON.parse(text) as WorkerInfo]));
  }
}
