import type { Redis } from 'ioredis';
import { JOBS_KEY, jobKeys } from './protocol.ts';

/**
 * Returns the ids of all jobs that have not expired, the newest first. They are read from a list, because a scan would read
 * every key of Redis. Ids of expired jobs are removed from the list.
 */
export async function listedJobs(redis: Redis): Promise<readonly string[]> {
  const ids = await redis.zrevrange(JOBS_KEY, 0, -1);
  const exist = await Promise.all(ids.map((id) => redis.exists(jobKeys(id).job)));
  const expired = ids.filter((_, i) => exist[i] === 0);
  if (expired.length > 0) await redis.zrem(JOBS_KEY, ...expired);
  return ids.filter((_, i) => exist[i] === 1);
}
