import type { Redis } from 'ioredis';
import { JOBS_KEY, jobKeys } from './protocol.ts';

/** The list of all jobs, because a scan would read every key of Redis. */
export class JobIndex {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Adds a job, which must exist. @param created milliseconds since 1970 */
  async add(id: string, created: number): Promise<void> {
    await this.#redis.zadd(JOBS_KEY, created, id);
  }

  async remove(id: string): Promise<void> {
    await this.#redis.zrem(JOBS_KEY, id);
  }

  /** Returns the ids of all jobs that have not expired, the newest first. Those that have expired are removed. */
  async all(): Promise<readonly string[]> {
    const ids = await this.#redis.zrevrange(JOBS_KEY, 0, -1);
    const exist = await Promise.all(ids.map((id) => this.#redis.exists(jobKeys(id).job)));
    const expired = ids.filter((_, i) => exist[i] === 0);
    if (expired.length > 0) await this.#redis.zrem(JOBS_KEY, ...expired);
    return ids.filter((_, i) => exist[i] === 1);
  }
}
