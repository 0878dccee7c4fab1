import { setTimeout as pause } from 'node:timers/promises';
import type { JobInfo } from '@isonoise/api';
import { errorAnswer } from '../error-answer.ts';
import { eventId } from './event-id.ts';
import { readJobInfo } from './job-info.ts';
import type { StoreAccess } from './store-access.ts';

/** Interval at which a stream looks for progress. */
const LOOK_MS = 500;
/** Interval of comments that keep the connection open while there is no progress. */
const COMMENT_MS = 15_000;
/** Interval at which a stream postpones the expiry of its job. */
const KEEP_MS = 60_000;

export interface JobEventsOptions {
  readonly id: string;
  /** Id of the last event that the client received; undefined for a new client. */
  readonly lastEventId: string | undefined;
  readonly requestId: string;
  /** Ends the stream. */
  readonly signal: AbortSignal;
}

/**
 * Yields server-sent events: `progress` with a `JobInfo` whenever images are finished, and finally `end`. The first
 * event comes at once, unless the client has it.
 */
export async function* jobEvents(
  access: StoreAccess,
  { id, lastEventId, requestId, signal }: JobEventsOptions,
): AsyncGenerator<string, void, undefined> {
  let last = lastEventId;
  let [sent, kept] = [performance.now(), Number.NEGATIVE_INFINITY];
  while (!signal.aborted) {
    let info: JobInfo;
    try {
      const isDue = performance.now() - kept > KEEP_MS;
      info = await access.use(async ({ store }) => {
        if (isDue) await store.keep(await store.record(id));
        return readJobInfo(store, id);
      });
      if (isDue) kept = performance.now();
    } catch (error) {
      if (signal.aborted) return;
      // The status was sent already. Clients connect again with the id of their last event.
      yield `event: error\ndata: ${JSON.stringify(errorAnswer(error, requestId).error)}\n\n`;
      return;
    }
    const next = eventId(info);
    if (next !== last) {
      const name = info.state === 'open' ? 'progress' : 'end';
      yield `id: ${next}\nevent: ${name}\ndata: ${JSON.stringify(info)}\n\n`;
      [last, sent] = [next, performance.now()];
    } else if (performance.now() - sent > COMMENT_MS) {
      yield ': no progress\n\n';
      sent = performance.now();
    }
    if (info.state !== 'open') return;
    await pause(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}
