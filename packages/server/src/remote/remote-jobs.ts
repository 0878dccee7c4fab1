import type { JobBody, JobInfo, JobList } from '@isonoise/api';
import { codeOf } from '@isonoise/error';
import { PROTOCOL, untilAborted } from '@isonoise/jobs';
import type { Logger } from 'pino';
import type { BodyLimits } from '../http/read-body.ts';
import type { Models } from '../models/models.ts';
import type { JobSnapshot } from '../observability/job-metrics.ts';
import { originOf } from '../security/host.ts';
import type { Board } from './board.ts';
import { isLastEvent } from './event-id.ts';
import { jobEvents } from './job-events.ts';
import { readJobInfo, sentJobInfo } from './job-info.ts';
import { isUnreadable, listJobs } from './job-list.ts';
import { createJobLooks } from './job-look.ts';
import { checkJob } from './job-request.ts';
import { JobResults, type StreamedBody } from './job-result.ts';
import { requireRoom } from './job-room.ts';
import { type OpenStore, StoreAccess } from './store-access.ts';
import { createTurns } from './turns.ts';
import { Uses } from './uses.ts';

/** The sender of a job. */
export interface JobSender {
  readonly client: string;
  /** Where this server listens; undefined if it is used without a socket. */
  readonly listensAt: { readonly address: string; readonly port: number } | undefined;
}

/**
 * Jobs that workers draw. Every method throws a ServerError: `JOBS_UNAVAILABLE` while the store is unreachable, and
 * `SHUTTING_DOWN` after `close`. Methods with an id also throw `JOB_NOT_FOUND` and, except for `end`, `JOB_UNREADABLE`.
 */
export interface RemoteJobs {
  /** Origins at which workers download bundles from this server. Their ports do not matter. */
  readonly bundleOrigins: readonly string[];
  /** Number of running requests and downloads, without streams of events. */
  readonly running: number;
  /** Connects to the store. */
  connect(): Promise<void>;
  /**
   * Sends a job.
   *
   * @throws ServerError `MODEL_NOT_FOUND`, `MODEL_BROKEN`, `MODEL_UNSEALED`, `BODY_INVALID`, `BUDGET_EXCEEDED`,
   *   `JOBS_TOO_MANY`, `JOBS_MEMORY_FULL`
   */
  send(body: JobBody, sender: JobSender): Promise<JobInfo>;
  /** Lists the jobs that have not expired, the newest first, at most 200. */
  list(): Promise<JobList>;
  info(id: string): Promise<JobInfo>;
  /**
   * Cancels an open job, and removes one that has ended or is damaged.
   *
   * @returns the cancelled job; null if it was removed
   */
  end(id: string, reason: string): Promise<JobInfo | null>;
  /**
   * Yields server-sent events. A client that connects again gets a stream even while the store is unreachable.
   *
   * @returns null if the client has the last event
   * @throws `JOB_NOT_FOUND` before the first event
   */
  events(
    id: string,
    options: {
      readonly lastEventId: string | undefined;
      readonly requestId: string;
      readonly client: AbortSignal;
    },
  ): Promise<AsyncGenerator<string, void, undefined> | null>;
  /**
   * Returns the result of a finished job.
   *
   * @param client aborted if the client disconnects, which ends the body
   * @throws ServerError `JOB_NOT_FINISHED`, `JOB_FAILED`, `JOB_CANCELLED`, `JOB_OF_COMMAND`, `QUERY_INVALID`
   */
  result(id: string, format: ResultFormat, client: AbortSignal): Promise<StreamedBody>;
  /**
   * Returns a single image as a PNG file.
   *
   * @param position position in the job, from 0
   * @throws the errors of `result`; ServerError `NOT_FOUND` if the job has no such image
   */
  image(id: string, position: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Answers a request for the board of the queue. */
  board(request: Request): Promise<Response>;
  /** Reads the state of the queue and its workers, for the metrics. */
  snapshot(): Promise<JobSnapshot>;
  /**
   * Ends all streams of events, refuses further requests, and closes the connection when the running requests and
   * downloads have ended. Clients of events connect again with the id of their last event.
   *
   * @param limit ends the running requests and downloads when it is aborted
   */
  close(limit: AbortSignal): Promise<void>;
}

export type ResultFormat = 'zip' | 'npy';

export interface RemoteJobsOptions {
  /** Address of the Redis server. */
  readonly url: string;
  readonly models: Pick<Models, 'find'>;
  readonly limits: BodyLimits;
  /** Origin at which workers reach this server; undefined for the address on which it listens. */
  readonly bundleOrigin: string | undefined;
  readonly log: Logger;
}

/** Creates the access to the jobs. It connects when it is first used. */
export function createRemoteJobs({ url, models, limits, bundleOrigin, log }: RemoteJobsOptions): RemoteJobs {
  const access = new StoreAccess(url, log);
  const closing = new AbortController();
  const uses = new Uses();
  const inTurn = createTurns();
  const looks = createJobLooks(access);
  const results = new JobResults(access);
  let board: Board | undefined;
  const use = <T>(act: (open: OpenStore) => Promise<T>): Promise<T> => uses.during(() => access.use(act));
  return {
    get bundleOrigins() {
      const { localAddress } = access;
      return [
        ...(bundleOrigin === undefined ? [] : [bundleOrigin]),
        ...(localAddress === undefined ? [] : [originOf(localAddress, ANY_PORT)]),
      ];
    },
    get running() {
      return uses.count;
    },
    connect: () => use(async () => {}),
    send: (body, { client, listensAt }) =>
      use(async (open) => {
        const { client: jobs, store, localAddress } = open;
        const origin = bundleOrigin ?? (listensAt && originForWorkers(listensAt, localAddress));
        const job = await checkJob(body, models, limits, { client, origin });
        // Jobs are admitted one at a time, because the room for a job depends on the jobs before it.
        const record = await inTurn(async () => {
          await jobs.requireFewJobs(client);
          await requireRoom(job, jobs, store);
          return jobs.send(job.begin());
        });
        return sentJobInfo(record);
      }),
    list: () => use(listJobs),
    info: (id) =>
      use(async (open) => {
        await open.store.keep(await open.store.record(id));
        return readJobInfo(open, id);
      }),
    end: (id, reason) =>
      use(async (open) => {
        const { client, store } = open;
        const isReadable = await store.record(id).then(
          () => true,
          (error: unknown) => {
            if (isUnreadable(error)) return false;
            throw error;
          },
        );
        const wasOpen = await client.cancel({ id }, reason);
        if (wasOpen && isReadable) return readJobInfo(open, id);
        await store.remove(id);
        return null;
      }),
    async events(id, { client, ...options }) {
      const { lastEventId } = options;
      try {
        await use(({ store }) => store.record(id));
      } catch (error) {
        // An EventSource that gets an error status does not connect again.
        if (lastEventId === undefined || codeOf(error) !== 'JOBS_UNAVAILABLE') throw error;
      }
      if (lastEventId !== undefined && isLastEvent(lastEventId)) return null;
      return jobEvents(looks, { id, ...options, signal: AbortSignal.any([client, closing.signal]) });
    },
    async result(id, format, client) {
      const { chunks, ...rest } = await uses.during(() => results[format](id, client));
      return { ...rest, chunks: uses.whileSent(chunks) };
    },
    image: (id, position) => uses.during(() => results.image(id, position)),
    board: (request) =>
      use(async ({ client }) => {
        // The board is loaded only if it is opened.
        board ??= (await import('./board.ts')).createBoard(client.queue);
        return board(request);
      }),
    snapshot: () =>
      access.use(async ({ client, store }) => {
        const [open, queued, totals, memory, workers] = await Promise.all([
          store.open(),
          client.queued(),
          store.totals(),
          client.memory(),
          client.workers(),
        ]);
        const own = workers.filter(({ protocol }) => protocol === PROTOCOL);
        return { open: open.length, queued, totals, memory, workers: own };
      }),
    async close(limit) {
      closing.abort();
      await untilAborted(uses.close(), limit).catch(() => {});
      await access.close();
    },
  };
}

/** Port in origins whose port does not matter. */
const ANY_PORT = 80;
/** The addresses that stand for all addresses of a machine. */
const ALL_ADDRESSES = ['0.0.0.0', '::'];

/** Returns the origin at which workers reach this server. */
function originForWorkers(
  { address, port }: NonNullable<JobSender['listensAt']>,
  localAddress: string,
): string {
  return originOf(ALL_ADDRESSES.includes(address) ? localAddress : address, port);
}
