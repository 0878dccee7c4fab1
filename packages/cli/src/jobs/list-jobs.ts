import { hostname, userInfo } from 'node:os';
import { codeOf } from '@isonoise/error';
import {
  type Connection,
  connect,
  isStoreTrouble,
  JobClient,
  type JobProgress,
  type JobRecord,
  JobStore,
  jobsError,
  storeError,
} from '@isonoise/jobs';
import { count, plural, table } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { ListFlags } from './jobs-flags.ts';

/** `isonoise jobs list`: lists the jobs that are unfinished or not collected, and the workers. */
export async function listJobs({ redis, json }: ListFlags, terminal: Terminal): Promise<void> {
  await withClient(redis, async (client, store) => {
    const [open, done] = [await store.openRecords(), await store.doneRecords()];
    const unreadable = [...open.unreadable, ...done.unreadable];
    const found = [...open.records, ...done.records].map(async (record) => {
      const progress = await unlessGone(store.progress(record.id));
      return progress === null ? [] : [{ record, progress }];
    });
    const jobs = (await Promise.all(found)).flat();
    const workers = await client.workers();
    if (json === true) {
      terminal.json({
        jobs: jobs.map(({ record, progress }) => ({
          id: record.id,
          created: new Date(record.created).toISOString(),
          client: record.client,
          bundle: record.bundle,
          images: record.images,
          priority: record.priority,
          state: progress.state,
          done: imagesDone(record, progress),
        })),
        unreadable: unreadable.map(({ id, error }) => ({ id, code: codeOf(error), message: error.message })),
        workers,
      });
      return;
    }
    const rows = jobs.map(({ record, progress }): [string, string] => [
      record.id,
      `${record.bundle.name}: ${count(imagesDone(record, progress))} of ${plural(record.images, 'image')}, from ${record.client}` +
        (progress.state === 'done' ? '; not collected' : ''),
    ]);
    terminal.out(
      table([
        ...rows,
        ...unreadable.map(({ id, error }): [string, string] => [
          id,
          `${error.message} Remove it: pnpm jobs cancel ${id}`,
        ]),
        ['jobs', plural(open.records.length, 'unfinished job')],
        ['workers', workers.length === 0 ? 'none' : workers.map(({ name }) => name).join(', ')],
      ]),
    );
  });
}

/** Returns the number of images in finished ranges. */
const imagesDone = ({ images, rangeSize }: JobRecord, { finished }: JobProgress): number =>
  Math.min(images, finished * rangeSize);

/** Returns what is read about a job; null if the job has been removed in the meantime. */
async function unlessGone<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (codeOf(error) === 'JOB_NOT_FOUND') return null;
    throw error;
  }
}

const OUTCOMES = {
  cancelled: 'cancelled',
  removed: 'had ended before; removed with its images',
  damaged: 'could not be read; removed',
} as const;

/**
 * `isonoise jobs cancel`: cancels open jobs. Jobs that have ended are removed with their images, and damaged
 * jobs are also removed.
 *
 * @throws `JOB_NOT_FOUND` if a job does not exist; then no job is cancelled
 */
export async function cancelJobs(
  ids: readonly string[],
  { redis, json }: ListFlags,
  terminal: Terminal,
): Promise<void> {
  await withClient(redis, async (client, store) => {
    const damaged = new Set<string>();
    // Check all ids before the first job is cancelled.
    for (const id of ids) if (!(await isReadable(store, id))) damaged.add(id);
    const outcomes = new Map<string, keyof typeof OUTCOMES>();
    for (const id of new Set(ids)) {
      const wasOpen = await client.cancel({ id }, `by ${userInfo().username}@${hostname()}`);
      if (!wasOpen || damaged.has(id)) await client.remove(id);
      outcomes.set(id, damaged.has(id) ? 'damaged' : wasOpen ? 'cancelled' : 'removed');
    }
    if (json === true) {
      const cancelled = [...outcomes].filter(([, outcome]) => outcome === 'cancelled').map(([id]) => id);
      terminal.json({ cancelled, removed: [...outcomes.keys()].filter((id) => !cancelled.includes(id)) });
    } else terminal.out(table([...outcomes].map(([id, outcome]) => [id, OUTCOMES[outcome]] as const)));
  });
}

/** Whether the record of a job can be read. @throws `JOB_NOT_FOUND` if the job does not exist */
async function isReadable(store: JobStore, id: string): Promise<boolean> {
  try {
    await store.record(id);
    return true;
  } catch (error) {
    if (codeOf(error) === 'JOBS_RECORD' || codeOf(error) === 'JOBS_PROTOCOL') return false;
    if (codeOf(error) !== 'JOB_NOT_FOUND') throw error;
    throw jobsError(
      'JOB_NOT_FOUND',
      `jobs cancel: job ${id} does not exist; expected the id of a job that has not expired. No job was cancelled. pnpm jobs list shows the ids.`,
      { cause: error },
    );
  }
}

async function withClient(
  redis: string,
  act: (client: JobClient, store: JobStore) => Promise<void>,
): Promise<void> {
  const connection: Connection = await connect(redis, { failFast: true });
  const client = new JobClient(connection);
  try {
    await act(client, new JobStore(connection.redis));
  } catch (error) {
    throw isStoreTrouble(error) ? storeError('reading jobs', error) : error;
  } finally {
    // Closing the client fails if the connection is lost.
    await client.close().catch(() => {});
    connection.close();
  }
}
