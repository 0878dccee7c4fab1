import { setTimeout as pause } from 'node:timers/promises';
import { runChild } from '../child.ts';
import type { JobProcesses } from './processes.ts';

/** Key in Redis. The workers of empty work end when it exists. */
export const STOP_KEY = 'isonoise:bench:stop';

export interface EmptyWorkerRequest {
  readonly url: string;
  readonly name: string;
  readonly concurrency: number;
}

export interface EmptyWorkerAnswer {
  readonly ranges: number;
  readonly cpuSeconds: number;
  /** Milliseconds from the creation of the job to the beginning of each range. */
  readonly latencies: readonly number[];
}

export interface EmptyClientRequest {
  readonly url: string;
  /** Number of jobs, which are sent one after the other. */
  readonly jobs: number;
  /** Number of ranges of each job. */
  readonly ranges: number;
  readonly rangeSize: number;
}

export interface EmptyClientAnswer {
  /** Time of each job, from sending it to its last image. */
  readonly seconds: readonly number[];
  readonly cpuSeconds: number;
}

/** Measurements of ranges whose images cost nothing to draw. */
export interface EmptyWork {
  /** Ranges per second of all workers together. */
  readonly rate: number;
  /** Processor seconds for each range, used by Redis, the client and the workers. */
  readonly redis: number;
  readonly client: number;
  readonly worker: number;
  /** Bytes that Redis received and sent for each range. */
  readonly received: number;
  readonly sent: number;
  /** Seconds of each job. */
  readonly seconds: readonly number[];
  /** Milliseconds from the creation of a job to the beginning of each of its ranges. */
  readonly latencies: readonly number[];
}

/** Runs jobs of empty work on `workers` processes. Each process draws `concurrency` ranges at the same time. */
export async function measureEmptyWork(
  { url, connection, client }: JobProcesses,
  {
    workers,
    concurrency,
    ...jobs
  }: Omit<EmptyClientRequest & EmptyWorkerRequest, 'url' | 'name'> & {
    readonly workers: number;
  },
): Promise<EmptyWork> {
  const { redis } = connection;
  await redis.del(STOP_KEY);
  const running = Array.from({ length: workers }, (_, i) =>
    runChild<EmptyWorkerAnswer>('jobs/empty-worker-child.ts', {
      url,
      name: `empty-${i}`,
      concurrency,
    } satisfies EmptyWorkerRequest),
  );
  while ((await client.workers()).length < workers) await pause(50);
  const before = await redisCounters(redis);
  const answer = await runChild<EmptyClientAnswer>('jobs/empty-client-child.ts', {
    url,
    ...jobs,
  } satisfies EmptyClientRequest);
  const after = await redisCounters(redis);
  await redis.set(STOP_KEY, 1);
  const answers = await Promise.all(running);
  await redis.del(STOP_KEY);
  const ranges = jobs.jobs * jobs.ranges;
  const each = (total: number): number => total / ranges;
  return {
    rate: ranges / sum(answer.seconds),
    redis: each(after.cpu - before.cpu),
    client: each(answer.cpuSeconds),
    worker: each(sum(answers.map(({ cpuSeconds }) => cpuSeconds))),
    received: each(after.received - before.received),
    sent: each(after.sent - before.sent),
    seconds: answer.seconds,
    latencies: answers.flatMap(({ latencies }) => latencies),
  };
}

/** Reads the processor time of the Redis main thread, in seconds, and the bytes that Redis received and sent. */
async function redisCounters(redis: JobProcesses['connection']['redis']) {
  const info = `${await redis.info('cpu')}${await redis.info('stats')}`;
  const field = (name: string): number => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1]);
  return {
    cpu: field('used_cpu_user_main_thread') + field('used_cpu_sys_main_thread'),
    received: field('total_net_input_bytes'),
    sent: field('total_net_output_bytes'),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
