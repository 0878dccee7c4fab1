import type { Redis } from 'ioredis';
import { WORKER_KEY, WORKERS_KEY } from './keys.ts';
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
const NAMES_KEY = PREFIX + WORKERS_KEY.suffix;

/** The workers that are connected now. Each repeats its entry every few seconds. */
export class WorkerList {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Records that a worker is connected. Repeat it every few seconds. */
  async announce(info: WorkerInfo): Promise<void> {
    const keys = [`${KEY}${info.name}`, NAMES_KEY];
    await this.#redis.eval(ANNOUNCE, 2, ...keys, JSON.stringify(info), SILENT_SECONDS, info.name);
  }

  /** Removes a worker that stops. */
  async leave(name: string): Promise<void> {
    await Promise.all([this.#redis.del(KEY + name), this.#redis.zrem(NAMES_KEY, name)]);
  }

  /** Returns the kinds of processors of the connected workers. */
  async kinds(): Promise<ReadonlySet<string>> {
    return new Set((await this.all()).flatMap(({ kinds }) => kinds));
  }

  /** Returns all workers, of every version. */
  async all(): Promise<readonly WorkerInfo[]> {
    const names = await this.#redis.zrange(NAMES_KEY, 0, -1);
    const texts = names.length === 0 ? [] : await this.#redis.mget(names.map((name) => KEY + name));
    // Workers write this text; it is missing if a worker has left or is silent.
    return texts.flatMap((text) => (text === null ? [] : [JSON.parse(text) as WorkerInfo]));
  }
}
