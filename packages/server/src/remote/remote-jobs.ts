import type { JobBody, JobInfo, JobList } from '@isonoise/api';
import { codeOf } from '@isonoise/error';
import { PROTOCOL } from '@isonoise/jobs';
import type { Logger } from 'pino';
import type { BodyLimits } from '../http/read-body.ts';
import type { Models } from '../models/models.ts';
import type { JobSnapshot } from '../observability/job-metrics.ts';
import { originOf } from '../security/host.ts';
import type { Board } from './board.ts';
import { isLastEvent } from './event-id.ts';
import { jobEvents } from './job-events.ts';
import { readJobInfo } from './job-info.ts';
import { isUnreadable, listJobs } from './job-list.ts';
import { checkJob } from './job-request.ts';
import { npyResult, pngResult, type StreamedBody, zipResult } from './job-result.ts';
import { requireRoom } from './job-room.ts';
import { StoreAccess } from './store-access.ts';
import { createTurns } from './turns.ts';

/** Who sends a job, and where this server listens; undefined if it is used without a socket. */
export interface JobSender {
  readonly client: string;
  readonly listensAt: { readonly address: string; readonly port: number } | undefined;
}

/**
 * Jobs that workers draw. Every method throws ServerError `JOBS_UNAVAILABLE` while the store is away. Those with an id
 * throw `JOB_NOT_FOUND`, and except `end` also `JOB_UNREADABLE`.
 */
export interface RemoteJobs {
  /** Address of this machine in the network of the store; undefined before the first connection. */
  readonly localAddress: string | undefined;
  /** Connects to the store. */
  connect(): Promise<void>;
  /**
   * Sends a job.
   *
   * @throws ServerError `MODEL_NOT_FOUND`, `MODEL_BROKEN`, `BODY_INVALID`, `BUDGET_EXCEEDED`, `JOBS_TOO_MANY`,
   *   `JOBS_MEMORY_FULL`
   */
  send(body: JobBody, sender: JobSender): Promise<JobInfo>;
  /** Lists the jobs that have not expired, the newest first, at most 200. */
  list(): Promise<JobList>;
  info(id: string): Promise<JobInfo>;
  /** Cancels an open job, and removes one that has ended or is damaged. @returns the cancelled job; null if it was removed */
  end(id: string, reason: string): Promise<JobInfo | null>;
  /**
   * Yields server-sent events. A client that connects again also gets them while the store is away.
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
  /** The result of a finished job. @throws ServerError `JOB_NOT_FINISHED`, `JOB_FAILED`, `JOB_CANCELLED`, `QUERY_INVALID` */
  result(id: string, format: ResultFormat): Promise<StreamedBody>;
  /** A single image as a PNG file. @param position position in the job, from 0 */
  image(id: string, position: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Answers a request for the board of the queue. */
  board(request: Request): Promise<Response>;
  /** Reads the state of the queue and its workers, for the metrics. */
  snapshot(): Promise<JobSnapshot>;
  /** Ends all streams of events. Clients connect again with the id of their last event. */
  stopEvents(): void;
  close(): Promise<void>;
}

export type ResultFormat = 'zip' | 'npy';

export interface RemoteJobsOptions {
  /** Address of the Redis server. */
  readonly url: string;
  readonly models: Pick<Models, 'find'>;
  readonly limits: BodyLimits;
  readonly log: Logger;
}

/** Creates the access to the jobs. It connects when it is first used. */
export function createRemoteJobs({ url, models, limits, log }: RemoteJobsOptions): RemoteJobs {
  const access = new StoreAccess(url, log);
  const closing = new AbortController();
  const inTurn = createTurns();
  let board: Board | undefined;
  return {
    get localAddress() {
      return access.localAddress;
    },
    connect: () => access.use(async () => {}),
    send: (body, { client, listensAt }) =>
      access.use(async ({ client: jobs, store, localAddress }) => {
        const origin = listensAt && originForWorkers(listensAt, localAddress);
        const job = await checkJob(body, models, limits, { client, origin });
        // One job at a time, because the room for a job depends on the jobs that were admitted before it.
        const { id } = await inTurn(async () => {
          await jobs.requireFewJobs(client);
          await requireRoom(job, jobs, store);
          return jobs.send(job.begin());
        });
        return readJobInfo(store, id);
      }),
    list: () => access.use(({ store }) => listJobs(store)),
    info: (id) =>
      access.use(async ({ store }) => {
        await store.keep(await store.record(id));
        return readJobInfo(store, id);
      }),
    end: (id, reason) =>
      access.use(async ({ client, store }) => {
        const isReadable = await store.record(id).then(
          () => true,
          (error: unknown) => {
            if (isUnreadable(error)) return false;
            throw error;
          },
        );
        const wasOpen = await client.cancel({ id }, reason);
        if (wasOpen && isReadable) return readJobInfo(store, id);
        await store.remove(id);
        return null;
      }),
    async events(id, { client, ...options }) {
      const { lastEventId } = options;
      try {
        await access.use(({ store }) => store.record(id));
      } catch (error) {
        // An EventSource that gets an error status does not connect again.
        if (lastEventId === undefined || codeOf(error) !== 'JOBS_UNAVAILABLE') throw error;
      }
      if (lastEventId !== undefined && isLastEvent(lastEventId)) return null;
      return jobEvents(access, { id, ...options, signal: AbortSignal.any([client, closing.signal]) });
    },
    result: (id, format) => RESULTS[format](access, id),
    image: (id, position) => pngResult(access, id, position),
    board: (request) =>
      access.use(async ({ client }) => {
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
    stopEvents: () => closing.abort(),
    close: () => access.close(),
  };
}

const RESULTS: Readonly<Record<ResultFormat, (access: StoreAccess, id: string) => Promise<StreamedBody>>> = {
  zip: zipResult,
  npy: npyResult,
};

/** The addresses that stand for all addresses of a machine. */
const ALL_ADDRESSES = ['0.0.0.0', '::'];

/** Returns the origin at which workers reach this server. */
function originForWorkers(
  { address, port }: NonNullable<JobSender['listensAt']>,
  localAddress: string,
): string {
  return originOf(ALL_ADDRESSES.includes(address) ? localAddress : address, port);
}
