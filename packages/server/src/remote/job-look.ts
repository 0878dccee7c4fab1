import type { JobInfo } from '@isonoise/api';
import type { JobRecord } from '@isonoise/jobs';
import { FollowedReads } from './followed-reads.ts';
import { readJobInfo } from './job-info.ts';
import type { StoreAccess } from './store-access.ts';

/** Interval at which the expiry of a followed job is postponed. */
const KEEP_MS = 60_000;
/**
 * Time for which streams share what was read. It is shorter than the interval of a stream, so that a single stream
 * always reads the store.
 */
const SHARE_MS = 400;

/** What was seen of a job. */
export interface JobLook {
  readonly info: JobInfo;
  readonly record: JobRecord;
  /** A value that changes whenever `info` changes, apart from the estimates in `info`. */
  readonly seen: string;
  /** When the expiry of the job was postponed, by `performance.now()`. */
  readonly kept: number;
}

/** Looks at jobs, once for all streams of events of a job. */
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
