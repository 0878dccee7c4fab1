import type { JobInfo } from '@isonoise/api';
import type { JobRecord } from '@isonoise/jobs';
import { FollowedReads } from './followed-reads.ts';
import { readJobInfo } from './job-info.ts';
import type { StoreAccess } from './store-access.ts';

/** Interval at which the expiry of a followed job is postponed. */
const KEEP_MS = 60_000;
/**
 * Time for which streams share a read. It is shorter than the interval at which a stream reads, so that a single stream
 * always reads the store.
 */
const SHARE_MS = 400;

/** The state of a job when it was read. */
export interface JobLook {
  readonly info: JobInfo;
  readonly record: JobRecord;
  /** A value that changes whenever `info` changes, apart from the estimates in `info`. */
  readonly seen: string;
  /** Time at which the expiry of the job was postponed, from `performance.now()`. */
  readonly kept: number;
}

/** Creates the reads of jobs for streams of events. All streams of a job share its reads. */
export const createJobLooks = (access: StoreAccess): FollowedReads<JobLook> =>
  new FollowedReads((id, last) => look(access, id, last), SHARE_MS);

/** Reads everything about a job only if something has changed; otherwise returns the same `info` as before. */
function look(access: StoreAccess, id: string, last: JobLook | undefined): Promise<JobLook> {
  return access.use(async (open) => {
    const { store, client } = open;
    const record = last?.record ?? (await store.record(id));
    const isDue = last === undefined || performance.now() - last.kept > KEEP_MS;
    if (isDue) await store.keep(record);
    const kept = isDue ? performance.now() : last.kept;
    const progress = await store.progress(id);
    const waitsFor = await client.waitsFor(record, progress);
    const seen = `${progress.state} ${progress.finished} ${waitsFor}`;
    const info = seen === last?.seen ? last.info : await readJobInfo(open, id);
    return { info, record, seen, kept };
  });
}
