import { setTimeout as pause } from 'node:timers/promises';
import type { JobInfo } from '@isonoise/api';
import { codeOf } from '@isonoise/error';
import { errorAnswer } from '../error-answer.ts';
import { eventId } from './event-id.ts';
import type { FollowedReads, Follower } from './followed-reads.ts';
import type { JobLook } from './job-look.ts';

/** Interval at which a stream looks for progress. */
const LOOK_MS = 500;
/** Time after which a disconnected client connects again. */
const RETRY_MS = 2000;
/** Interval of comments that keep the connection open while nothing changes. */
const COMMENT_MS = 15_000;

export interface JobEventsOptions {
  readonly id: string;
  /** Id of the last event that the client received; undefined for a new client. */
  readonly lastEventId: string | undefined;
  readonly requestId: string;
  /** Ends the stream when it is aborted. */
  readonly signal: AbortSignal;
}

/**
 * Yields server-sent events: `progress` with a `JobInfo` whenever images are finished or the job waits for something else,
 * and finally `end`. The first event is sent at once, unless the client already has it. While the store is unreachable,
 * the stream stays open. If the job is deleted or expires, `failed` with the error ends the stream.
 */
export async function* jobEvents(
  looks: FollowedReads<JobLook>,
  options: JobEventsOptions,
): AsyncGenerator<string, void, undefined> {
  const job = looks.follow(options.id);
  try {
    yield* eventsOf(job, options);
  } finally {
    job.leave();
  }
}

async function* eventsOf(
  job: Follower<JobLook>,
  { lastEventId, requestId, signal }: JobEventsOptions,
): AsyncGenerator<string, void, undefined> {
  let [last, waitsFor]: [string | undefined, string | null] = [lastEventId, null];
  let sent = performance.now();
  yield `retry: ${RETRY_MS}\n\n`;
  while (!signal.aborted) {
    let info: JobInfo | undefined;
    try {
      ({ info } = await job.read());
    } catch (error) {
      if (signal.aborted) return;
      // The status was sent already.
      if (codeOf(error) !== 'JOBS_UNAVAILABLE') {
        yield `event: failed\ndata: ${JSON.stringify(errorAnswer(error, requestId).error)}\n\n`;
        return;
      }
    }
    if (info !== undefined && (eventId(info) !== last || info.waitsFor !== waitsFor)) {
      [last, waitsFor, sent] = [eventId(info), info.waitsFor, performance.now()];
      const name = info.state === 'open' ? 'progress' : 'end';
      yield `id: ${last}\nevent: ${name}\ndata: ${JSON.stringify(info)}\n\n`;
    } else if (performance.now() - sent > COMMENT_MS) {
      yield ': no progress\n\n';
      sent = performance.now();
    }
    if (info !== undefined && info.state !== 'open') return;
    await pause(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}
