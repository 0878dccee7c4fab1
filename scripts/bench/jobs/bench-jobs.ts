import type { Bench, BenchContext, Row } from '../bench.ts';
import { formatNumber } from '../format.ts';
import { timingOf } from '../interleave.ts';
import { type EmptyWork, measureEmptyWork } from './empty-work.ts';
import { JobProcesses, MODEL, RANGE_SIZE, STEPS } from './processes.ts';
import { measureThroughput, type Throughput } from './throughput.ts';
import { measureWorker } from './worker-costs.ts';

export const jobs: Bench = {
  name: 'jobs',
  description: 'jobs on workers against plain processes; costs of a range in Redis, the client and a worker',
  async run(context) {
    const processes = await JobProcesses.open();
    try {
      // Measure empty work first: it is short, so it reports a fault early.
      const empty = await emptyRows(processes, context);
      const { quick, log } = context;
      const sizes = quick ? { images: 4 * RANGE_SIZE, rounds: 1 } : { images: 16 * RANGE_SIZE, rounds: 5 };
      const worker = await workerRow(processes, context);
      return [...throughputRows(await measureThroughput(processes, { ...sizes, log })), worker, ...empty];
    } finally {
      await processes.close();
    }
  },
};

const WORK = `models/${MODEL}, ${STEPS} steps, ranges of ${RANGE_SIZE} images`;

function throughputRows(measured: Throughput): Row[] {
  const { plain, workers, ratio, overhead, rounds } = measured;
  const medians = `medians of ${rounds} rounds; each worker and each process has one thread and a processor of its own`;
  const texts = [...workers, ...plain].map(formatNumber);
  return [
    {
      what: `speed-up by a second worker ÷ speed-up by a second pnpm sample process, ${WORK}`,
      value: ratio,
      unit: '×',
      goal: { bound: 'at least', value: 0.95 },
      note: `images/s: workers ${texts[1]} ÷ ${texts[0]}, processes ${texts[3]} ÷ ${texts[2]}; ${medians}`,
      details: { worker1: workers[0], worker2: workers[1], plain1: plain[0], plain2: plain[1] },
    },
    {
      what: `overhead of a job: a job on 1 worker against 1 pnpm sample process, ${WORK}`,
      value: 100 * overhead,
      unit: '%',
      goal: { bound: 'at most', value: 1 },
      note: `${texts[0]} against ${texts[2]} images/s, from sending the job to its last image; ${medians}`,
    },
  ];
}

async function workerRow(processes: JobProcesses, { quick }: BenchContext): Promise<Row> {
  const { range, start } = await measureWorker(processes, quick ? 4 : 32);
  return {
    what: `processor time of a worker with one thread for a range, ${WORK}`,
    value: range,
    unit: 's',
    note: `a new worker uses ${formatNumber(start)} s before its first range: the process starts, and opens and checks the model`,
    details: { range, start },
  };
}

async function emptyRows(processes: JobProcesses, { quick, log }: BenchContext): Promise<Row[]> {
  const ranges = quick ? 500 : 3000;
  const measure = async (
    what: string,
    request: Omit<Parameters<typeof measureEmptyWork>[1], 'rangeSize'>,
  ): Promise<EmptyWork> => {
    const result = await measureEmptyWork(processes, { ...request, rangeSize: RANGE_SIZE });
    log(`  ${what}: ${formatNumber(result.rate)} ranges/s`);
    return result;
  };
  const many = await measure('many ranges', { workers: 2, concurrency: 8, jobs: 1, ranges });
  const serial = await measure('one after the other', {
    workers: 1,
    concurrency: 1,
    jobs: 1,
    ranges: ranges / 5,
  });
  const single = await measure('single ranges', {
    workers: 1,
    concurrency: 2,
    jobs: quick ? 20 : 100,
    ranges: 1,
  });
  const turnaround = 1 / serial.rate;
  const latency = timingOf(single.latencies).median / 1000;
  const total = timingOf(single.seconds).median;
  const [redis, client, worker] = [many.redis, many.client, many.worker].map((seconds) => 1000 * seconds);
  const empty = `ranges of ${RANGE_SIZE} images whose drawing costs nothing`;
  return [
    {
      what: `ranges per second, 2 workers, 1 client and Redis on this machine, ${empty}`,
      value: many.rate,
      unit: 'ranges/s',
      note: `processor time for each range: Redis ${formatNumber(redis ?? 0)} ms, client ${formatNumber(client ?? 0)} ms, worker ${formatNumber(worker ?? 0)} ms; ${ranges} ranges`,
      details: { redis: many.redis, client: many.client, worker: many.worker, rate: many.rate },
    },
    {
      what: `time from the end of a range to the end of the next, 1 worker, ${empty}`,
      value: 1000 * turnaround,
      unit: 'ms',
      note: 'measured with one range at a time; by default, a worker draws two, so this time overlaps with drawing the other',
      details: { turnaround },
    },
    {
      what: 'time from sending a job to the beginning of its first range, worker waiting',
      value: 1000 * latency,
      unit: 'ms',
      note: `median; a job of one range that costs nothing to draw is sent, collected and removed in ${formatNumber(1000 * total)} ms`,
      details: { latency, single: total },
    },
    {
      what: `bytes of a range through Redis, ${RANGE_SIZE} images of 28 × 28 float32 values`,
      value: (many.received + many.sent) / 1000,
      unit: 'kB',
      note: `${formatNumber(many.received / 1000)} kB received and ${formatNumber(many.sent / 1000)} kB sent; the images have ${formatNumber((RANGE_SIZE * 28 * 28 * 4) / 1000)} kB`,
      details: { received: many.received, sent: many.sent },
    },
  ];
}
