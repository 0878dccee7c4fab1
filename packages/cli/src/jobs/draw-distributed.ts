import { hostname, userInfo } from 'node:os';
import { connect, type DrawnBy, JobClient, type JobRecord } from '@isonoise/jobs';
import { type SampleStep, type SamplingStart, sampleStepsOf } from '@isonoise/sampler';
import { Interrupted } from '../errors.ts';
import { duration, plural } from '../terminal/format.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { createProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { bundleName } from './bundle-seals.ts';
import { DEFAULT_REDIS } from './jobs-flags.ts';

export interface DistributedFlags {
  readonly redis?: string | undefined;
  readonly guide?: string | undefined;
  readonly rangeSize?: number | undefined;
}

/** The images of a job. */
export interface DistributedImages {
  /** The finished run, with all images. */
  readonly last: SampleStep;
  readonly seconds: number;
  /** Who drew the images, by the number of the range. */
  readonly by: ReadonlyMap<number, DrawnBy>;
}

/**
 * Sends a job, and collects its images.
 *
 * @param source path of the model
 * @throws errors of the jobs; Interrupted after Ctrl-C, which cancels the job
 */
export async function drawDistributed(
  source: string,
  start: SamplingStart,
  flags: DistributedFlags,
  terminal: Terminal,
): Promise<DistributedImages> {
  const { redis = DEFAULT_REDIS, guide, rangeSize } = flags;
  const bundle = await bundleName(source);
  const guideName = guide === undefined ? undefined : await bundleName(guide);
  const connection = await connect(redis, {
    onLost: (isLost) =>
      terminal.warn(isLost ? 'the connection to Redis is lost; trying again' : 'connected again'),
  });
  const client = new JobClient(connection);
  const interrupt = listenForInterrupt(() =>
    terminal.note('\ncancelling the job; press Ctrl-C again to quit at once'),
  );
  try {
    for (const note of connection.notes) terminal.warn(note);
    const record = await client.send({
      start,
      bundle,
      guide: guideName,
      rangeSize,
      client: `${userInfo().username}@${hostname()}`,
    });
    try {
      return await collect(client, record, start, interrupt.signal, terminal);
    } catch (error) {
      if (!interrupt.signal.aborted) throw error;
      await client.cancel(record, `interrupted by ${interrupt.by}`);
      throw new Interrupted(`job ${record.id} was cancelled; nothing was written`, interrupt.by, {
        cause: error,
      });
    }
  } finally {
    interrupt.dispose();
    await client.close();
    connection.close();
  }
}

async function collect(
  client: JobClient,
  record: JobRecord,
  start: SamplingStart,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<DistributedImages> {
  const { images: count, imageValues, id } = record;
  const x = new Float32Array(count * imageValues);
  const by = new Map<number, DrawnBy>();
  const bar = createProgressBar(terminal, { label: `job ${id}`, total: count });
  const began = performance.now();
  let done = 0;
  try {
    for await (const { range, first, images, by: drawnBy } of client.collect(record, signal)) {
      x.set(images, first * imageValues);
      by.set(range, drawnBy);
      done += images.length / imageValues;
      const seconds = (performance.now() - began) / 1000;
      const workers = new Set([...by.values()].map(({ worker }) => worker)).size;
      bar.update(
        done,
        `${(done / seconds).toFixed(1)} images/s from ${plural(workers, 'worker')} · ${duration(((count - done) * seconds) / done)} left`,
      );
    }
  } finally {
    bar.stop();
  }
  const seconds = (performance.now() - began) / 1000;
  await client.remove(id);
  const steps = start.plan.steps.length;
  const last = sampleStepsOf(start)({ step: steps - 1, x, x0: x, memory: [] });
  return { last, seconds, by };
}
