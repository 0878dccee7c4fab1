import type { Redis } from 'ioredis';
import { JOBS_KEY, jobKeys, OPEN_KEY, SETTINGS_KEY, TOTALS_KEY } from './protocol.ts';

/** Runs a script of scripts.ts for a job. @param values become ARGV of the script */
export function runScript(
  redis: Redis,
  script: string,
  id: string,
  ...values: readonly (string | number | Buffer)[]
): Promise<unknown> {
  const { job, ranges, results, saved } = jobKeys(id);
  const keys = [job, ranges, results, saved, OPEN_KEY, TOTALS_KEY, SETTINGS_KEY, JOBS_KEY];
  return redis.eval(script, keys.length, ...keys, ...values);
}
