import { hostname, userInfo } from 'node:os';
import {
  type Connection,
  connect,
  type FinishedRange,
  JobClient,
  type JobRecord,
  jobsError,
  PROTOCOL,
  safeUrl,
  untilAborted,
} from '@isonoise/jobs';
import type { SamplingStart } from '@isonoise/sampler';
import { commandLine } from '../command-line.ts';
import { plural } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { bundleName } from './bundle-seals.ts';
import { type BundleServer, serveBundles } from './bundle-server.ts';
import { DEFAULT_REDIS, type DistributedFlags } from './jobs-flags.ts';
import { LostConnection } from './lost-connection.ts';

/** Time for which the command tries to restore a lost connection. */
const LOST_MS = 300_000;
/** Maximum time to wait for the store at the end of a job, for example while the connection is lost. */
const CANCEL_MS = 3000;
/** Time without a finished range after which the command checks whether workers are connected. */
const QUIET_MS = 5000;

/** A command's access to the workers. */
export interface JobSession {
  /**
   * Draws images as a job. Aborting the signal cancels the job.
   *
   * @param rangeSize images of each range; undefined for the default
   * @param onRange called once with each finished range, in any order
   * @throws errors of the jobs; the signal's reason
   */
  draw(
    start: SamplingStart,
    options: {
      readonly signal: AbortSignal;
      readonly rangeSize?: number | undefined;
      readonly onRange: (finished: FinishedRange, record: JobRecord) => Promise<void> | void;
    },
  ): Promise<void>;
  close(): Promise<void>;
}

/**
 * Connects to the store of jobs, and serves the bundles for workers that do not have them. The caller must
 * call `close`.
 *
 * @param source path of the model
 * @throws errors of connecting; `CLI_USAGE` if a model is not a bundle
 */
export async function openJobSession(
  source: string,
  flags: DistributedFlags,
  terminal: Terminal,
): Promise<JobSession> {
  const { redis = DEFAULT_REDIS, guide } = flags;
  const bundle = await bundleName(source);
  const guideName = guide === undefined ? undefined : await bundleName(guide);
  const lost = new LostConnection(LOST_MS, () => lostError(redis));
  const connection = await connect(redis, {
    onLost(isLost) {
      terminal.warn(isLost ? 'the connection to Redis is lost; reconnecting' : 'connected again');
      lost.change(isLost);
    },
  });
  let server: BundleServer | undefined;
  try {
    server = await serveBundles(guide === undefined ? [source] : [source, guide], connection.localAddress);
  } catch (error) {
    connection.close();
    throw error;
  }
  for (const note of connection.notes) terminal.warn(note);
  const [ofBundle, ofGuide] = server.urls;
  const client = new JobClient(connection);
  return {
    async draw(start, { signal, rangeSize, onRange }) {
      const stop = AbortSignal.any([signal, lost.signal]);
      const sending = client.send({
        start,
        bundle,
        // Without guidance, the guide is not used.
        guide: start.plan.guidedBy === 'network' ? guideName : undefined,
        rangeSize,
        sameBits: flags.sameBits,
        saveEvery: flags.saveEvery,
        priority: flags.priority,
        sources: { bundle: ofBundle, guide: ofGuide },
        client: `${userInfo().username}@${hostname()}`,
      });
      let watch: { seen(): void; stop(): void } | undefined;
      try {
        const record = await untilAborted(sending, stop);
        watch = watchJob(client, record, redis, terminal);
        for await (const finished of client.collect(record, stop)) {
          watch.seen();
          await onRange(finished, record);
        }
        // All images have arrived. If the job cannot be removed now, for example because the connection is
        // lost, it expires.
        await atMost(CANCEL_MS, client.remove(record.id)).catch(() => {});
      } catch (error) {
        const why = stop.aborted ? 'its client stopped' : 'its client ended with an error';
        // A job that has already ended is not changed. If the cancellation fails, for example because the
        // connection is lost, the job expires.
        await atMost(
          CANCEL_MS,
          sending.then((record) => client.cancel(record, why)),
        ).catch(() => {});
        throw error;
      } finally {
        watch?.stop();
      }
    },
    async close() {
      lost.dispose();
      server?.close();
      await closeClient(client, connection);
    },
  };
}

/** Closes the client, then the connection. If the connection is lost, the client gets at most {@link CANCEL_MS}. */
async function closeClient(client: JobClient, connection: Connection): Promise<void> {
  await atMost(CANCEL_MS, client.close()).catch(() => {});
  connection.close();
}

/**
 * Waits for a promise, but at most for the given time. If the promise rejects later, the error is ignored.
 *
 * @throws an error when the time is over; the error of the promise if it rejects earlier
 */
async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(new Error('too late')), milliseconds);
  await untilAborted(work, end.signal).finally(() => clearTimeout(timer));
}

const lostError = (redis: string): Error =>
  jobsError(
    'JOBS_UNREACHABLE',
    `jobs: the connection to ${safeUrl(redis)} was lost for ${LOST_MS / 1000} s; expected it to return. Start Redis again, and send the job again.`,
  );

/** Warns the user with the reason when no range has been finished for a while. */
function watchJob(
  client: JobClient,
  record: JobRecord,
  redis: string,
  terminal: Terminal,
): { seen(): void; stop(): void } {
  let [last, told] = [performance.now(), ''];
  const look = async (): Promise<void> => {
    if (performance.now() - last < QUIET_MS) return;
    const workers = await client.workers();
    const others = workers.filter(({ protocol }) => protocol !== PROTOCOL);
    const text =
      workers.length === 0
        ? `no worker is connected; start one: ${commandLine(['pnpm', 'worker', '--redis', safeUrl(redis)])}`
        : others.length === workers.length
          ? `connected: ${plural(workers.length, 'worker')} of protocol ${others[0]?.protocol}; expected protocol ${PROTOCOL}. Use the same version of isonoise on all machines.`
          : ((await client.waitsFor(record, await client.progress(record.id))) ?? '');
    if (text !== told && text !== '') terminal.warn(text);
    told = text;
  };
  // Errors are ignored, because `onLost` reports a lost connection.
  const timer = setInterval(() => void look().catch(() => {}), QUIET_MS);
  return {
    seen() {
      last = performance.now();
    },
    stop: () => clearInterval(timer),
  };
}
