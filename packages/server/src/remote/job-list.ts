import type { JobInfo, JobList } from '@isonoise/api';
import { codeOf } from '@isonoise/error';
import { readJobInfo } from './job-info.ts';
import type { OpenStore } from './store-access.ts';

/** Maximum number of jobs in a list. */
const MOST_LISTED = 200;
/** Number of jobs that are read at the same time. */
const READ_JOBS = 8;

/** Whether an error says that the record of a job cannot be read. */
export const isUnreadable = (error: unknown): boolean =>
  ['JOBS_RECORD', 'JOBS_PROTOCOL'].includes(codeOf(error) ?? '');

/**
 * Lists the jobs that have not expired, the newest first, at most 200. Jobs that cannot be read are listed separately.
 */
export async function listJobs(open: OpenStore): Promise<JobList> {
  const unreadable: { id: string; problem: string }[] = [];
  /** Reads a job; returns an empty list if it has expired in the meantime or cannot be read. */
  const readable = async (id: string): Promise<readonly JobInfo[]> => {
    try {
      return [await readJobInfo(open, id)];
    } catch (error) {
      if (isUnreadable(error)) unreadable.push({ id, problem: (error as Error).message });
      else if (codeOf(error) !== 'JOB_NOT_FOUND') throw error;
      return [];
    }
  };
  const ids = await open.store.all();
  const jobs: JobInfo[] = [];
  for (let i = 0; i < ids.length && jobs.length < MOST_LISTED; i += READ_JOBS)
    jobs.push(...(await Promise.all(ids.slice(i, i + READ_JOBS).map(readable))).flat());
  return { jobs: jobs.slice(0, MOST_LISTED), unreadable: unreadable.slice(0, MOST_LISTED) };
}
