import type { JobInfo, JobList } from '@isonoise/api';
import { codeOf } from '@isonoise/error';
import type { JobStore } from '@isonoise/jobs';
import { readJobInfo } from './job-info.ts';

/** Largest number of jobs in a list. */
const MOST_LISTED = 200;
/** Jobs that are read together. */
const READ_JOBS = 8;

/** Whether an error says that the record of a job cannot be read. */
export const isUnreadable = (error: unknown): boolean =>
  ['JOBS_RECORD', 'JOBS_PROTOCOL'].includes(codeOf(error) ?? '');

/** Lists the jobs that have not expired, the newest first, and those that cannot be read; at most 200 of each. */
export async function listJobs(store: JobStore): Promise<JobList> {
  const unreadable: { id: string; problem: string }[] = [];
  /** Reads something of a job; returns an empty list if it has expired in the meantime or cannot be read. */
  const readable = async <T>(id: string, read: () => Promise<T>): Promise<readonly T[]> => {
    try {
      return [await read()];
    } catch (error) {
      if (isUnreadable(error)) unreadable.push({ id, problem: (error as Error).message });
      else if (codeOf(error) !== 'JOBS_NOT_FOUND') throw error;
      return [];
    }
  };
  const created = await inParts(await store.all(), (id) =>
    readable(id, async () => ({ id, created: (await store.record(id)).created })),
  );
  const newest = created.sort((a, b) => b.created - a.created).slice(0, MOST_LISTED);
  const jobs = await inParts<string, JobInfo>(
    newest.map(({ id }) => id),
    (id) => readable(id, () => readJobInfo(store, id)),
  );
  return { jobs, unreadable: unreadable.slice(0, MOST_LISTED) };
}

/** Calls a function for each item, a few at a time. @returns the results, in the order of the items */
async function inParts<T, R>(items: readonly T[], call: (item: T) => Promise<readonly R[]>): Promise<R[]> {
  const results: R[] = [];
  for (let i = 0; i < items.length; i += READ_JOBS) {
    const part = await Promise.all(items.slice(i, i + READ_JOBS).map(call));
    results.push(...part.flat());
  }
  return results;
}
