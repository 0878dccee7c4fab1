import { codeOf } from '@isonoise/error';
import { errorText } from './error-text.ts';
import type { JobRecord } from './job-record.ts';
import type { JobStore } from './job-store.ts';
import type { RangeQueue } from './range-queue.ts';
import { refusalOf } from './refusals.ts';

/** How often a range may lose its worker before its job fails. */
export const MOST_STALLS = 10;
/** Reason with which BullMQ fails a range that has lost its worker too often. */
const STALLED = /^job stalled more than allowable limit/;

/** Ends the job of a range that failed for the last time. */
export async function endFailed(
  store: JobStore,
  queue: RangeQueue,
  id: string,
  range: number,
  reason: string,
): Promise<void> {
  const text = STALLED.test(reason)
    ? `its workers ended more than ${MOST_STALLS} times while they drew it; their memory may be too small`
    : reason;
  if (await store.end(id, 'failed', `range ${range}: ${text}`)) await queue.withdraw(id);
}

/**
 * Returns a function that adds ranges of all open jobs to the queue. It also ends open jobs with a failed range: a
 * worker may stop after its range failed and before it ends the job. A job whose record cannot be read is skipped, with
 * one note.
 */
export function createFeeder(
  store: JobStore,
  queue: RangeQueue,
  onNote: (note: string) => void,
): () => Promise<void> {
  let told: ReadonlySet<string> = new Set();
  const feedOne = async (record: JobRecord, hasFailed: boolean, room: number): Promise<void> => {
    const failure = hasFailed ? await queue.failureOf(record.id) : null;
    if (failure === null) await queue.feed(record, room);
    else await endFailed(store, queue, record.id, failure.range, failure.reason);
  };
  return async () => {
    await queue.removeExpired();
    const { records, unreadable } = await store.openRecords();
    for (const { id, error } of unreadable)
      if (!told.has(id))
        onNote(`job ${id} is skipped: ${errorText(error)} Remove it with pnpm jobs cancel ${id}`);
    told = new Set(unreadable.map(({ id }) => id));
    if (records.length === 0) return;
    const [failed, room] = await Promise.all([queue.failedJobs(), queue.room()]);
    for (const record of records) {
      await feedOne(record, failed.has(record.id), room).catch((error: unknown) => {
        // The job has ended since the list was read, or the memory is full.
        if (codeOf(error) !== 'JOB_NOT_FOUND' && refusalOf(error) === null) onNote(errorText(error));
      });
    }
  };
}
