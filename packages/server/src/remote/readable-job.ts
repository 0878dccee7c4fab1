import { JobCache, type JobPlan, type JobRecord, type JobStore } from '@isonoise/jobs';
import { ServerError } from '../errors.ts';
import { readJobInfo } from './job-info.ts';
import { type SenderText, senderText } from './sender-text.ts';
import type { OpenStore, StoreAccess } from './store-access.ts';

/** Limits of the seconds that a client should wait before it asks for a result again. */
const [LEAST_WAIT, MOST_WAIT] = [1, 60];

/** A job whose images can be read. */
export interface ReadableJob {
  readonly record: JobRecord;
  readonly text: SenderText;
  /** The request for all images of the job. */
  readonly planned: JobPlan;
  /** Size in memory, approximately. */
  readonly bytes: number;
}

/**
 * Reads jobs whose images are requested. A job can have a long request, so the most recently used jobs are kept in
 * memory.
 */
export class ReadableJobs {
  readonly #jobs: JobCache<ReadableJob>;

  constructor(access: StoreAccess) {
    this.#jobs = new JobCache((id) => access.use(({ store }) => readJob(store, id)));
  }

  /**
   * Returns a job that did not fail and was not cancelled. Its expiry is postponed.
   *
   * @throws ServerError `JOB_FAILED`, `JOB_CANCELLED`, `JOB_NOT_FOUND`, `JOB_OF_COMMAND`, `JOB_UNREADABLE`
   */
  async get(open: OpenStore, id: string): Promise<{ readonly job: ReadableJob; readonly isDone: boolean }> {
    const { store } = open;
    const { state } = await store.progress(id);
    // The store no longer has the request of such a job.
    if (state === 'failed' || state === 'cancelled') throw await unfinished(open, id, `job ${id}`);
    const job = await this.#jobs.get(id);
    await store.keep(job.record);
    return { job, isDone: state === 'done' };
  }

  /** Returns a finished job. @throws ServerError `JOB_NOT_FINISHED`, and those of `get` */
  async finished(open: OpenStore, id: string): Promise<ReadableJob> {
    const { job, isDone } = await this.get(open, id);
    if (!isDone) throw await unfinished(open, id, `job ${id}`);
    return job;
  }
}

async function readJob(store: JobStore, id: string): Promise<ReadableJob> {
  const record = await store.record(id);
  const text = await senderText(record, store);
  const planned = await store.plan(id);
  return { record, text, planned, bytes: JSON.stringify([planned, text]).length };
}

/** Creates the error for images that are not finished, or never will be. @param what the images, such as `image 3 of job …` */
export async function unfinished(open: OpenStore, id: string, what: string): Promise<ServerError> {
  const { state, reason, images, imagesDone, secondsLeft } = await readJobInfo(open, id);
  if (state === 'failed')
    return new ServerError(
      'JOB_FAILED',
      `job ${id} failed at ${reason}. Correct the cause, and send the job again.`,
    );
  if (state === 'cancelled')
    return new ServerError(
      'JOB_CANCELLED',
      `job ${id} was cancelled: ${reason}. Send the job again if it is still needed.`,
    );
  const wait = Math.min(MOST_WAIT, Math.max(LEAST_WAIT, Math.ceil(secondsLeft ?? 0)));
  return new ServerError(
    'JOB_NOT_FINISHED',
    `${what} is not finished: ${imagesDone} of ${images} images are done. Retry in ${wait} s, or follow /v1/jobs/${id}/events.`,
    { headers: { 'Retry-After': String(wait) } },
  );
}
