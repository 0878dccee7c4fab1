import { MOST_QUEUED } from '@isonoise/jobs/limits';
import { formatNumber } from '../format.ts';
import { MODEL, RANGE_SIZE, STEPS } from '../jobs/processes.ts';
import type { BenchRun } from '../record.ts';
import { BYTES_PER_SECOND, costsOf, type Measured, measuredOf } from './measured.ts';
import type { Line } from './plot.ts';
import { type Point, pointsOf, workersWith } from './points.ts';

/** Number of images of each simulated job. */
const IMAGES = 1_000_000;
/** Largest number of ranges in the queue of the job that is simulated for comparison. */
const EARLIER_LIMIT = 64;
/** Number of steps of the second simulated job. */
const MANY_STEPS = 50;
/** Numbers of workers that the tables show. */
const SHOWN: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000];

const SETUP = { ranges: Math.ceil(IMAGES / RANGE_SIZE), parallel: 2, mostQueued: MOST_QUEUED };

/** The simulated jobs: with few steps, with many steps, and all lines of the plot. */
export interface Scaling {
  readonly few: readonly Point[];
  readonly many: readonly Point[];
  readonly lines: readonly Line[];
}

/** Simulates the jobs of the report. */
export function scalingOf(measured: Measured): Scaling {
  const [few, many] = [STEPS, MANY_STEPS].map((steps) => pointsOf(SETUP, costsOf(measured, steps))) as [
    readonly Point[],
    readonly Point[],
  ];
  const earlier = pointsOf({ ...SETUP, mostQueued: EARLIER_LIMIT }, costsOf(measured, STEPS));
  return {
    few,
    many,
    lines: [
      { name: `${STEPS} steps`, points: few },
      { name: `${MANY_STEPS} steps`, points: many },
      { name: `${STEPS} steps, at most ${EARLIER_LIMIT} ranges in the queue`, points: earlier },
    ],
  };
}

/** Formats the generated part of scaling.md. */
export function scalingReport(run: BenchRun, { few, many }: Scaling): string {
  const measured = measuredOf(run);
  const { machine, date, load, quick } = run;
  const costs = costsOf(measured, STEPS);
  const inputs = [
    [
      `worker, for a range of ${RANGE_SIZE} images with ${STEPS} steps`,
      `${formatNumber(costs.draw)} s processor time (± ${formatNumber(100 * costs.variation)} % assumed)`,
    ],
    [
      'worker, share of this time for the queue and Redis',
      `${formatNumber(1000 * measured.worker)} ms processor time`,
    ],
    ['worker, from its start to its first range', `${formatNumber(costs.start)} s processor time`],
    ['worker, wait after a stored range', `${formatNumber(1000 * costs.turnaround)} ms`],
    ['Redis, for a range', `${formatNumber(1000 * costs.redis)} ms processor time`],
    ['client, for a range', `${formatNumber(1000 * costs.client)} ms processor time`],
    [
      'network, for a range',
      `${formatNumber(Math.max(measured.received, measured.sent) / 1000)} kB in each direction, ${formatNumber(1000 * costs.network)} ms at ${BYTES_PER_SECOND * 8e-9} Gbit/s`,
    ],
  ];
  const limits = (['redis', 'client', 'network'] as const).map((name) => ({ name, rate: 1 / costs[name] }));
  const lowest = limits.toSorted((a, b) => a.rate - b.rate)[0];
  const limitOf = (steps: number): string =>
    Math.floor(((lowest?.rate ?? 0) * costs.draw * steps) / STEPS).toLocaleString('en-US');
  return [
    `Measured by \`pnpm bench jobs${quick ? ' --quick' : ''}\` on ${date.slice(0, 10)}: ${machine.cpu}, ${machine.cores} cores, ${machine.platform}, Node ${machine.node}; load ${load} before it began. Simulated by \`pnpm bench scaling\`.`,
    ...(load > machine.cores / 2
      ? [
          'The machine was busy with other work, which lengthens the wait. The other rows are processor times, which hardly change.',
        ]
      : []),
    [
      `| measured for models/${MODEL} | |`,
      '|---|---:|',
      ...inputs.map(([what, value]) => `| ${what} | ${value} |`),
    ].join('\n'),
    `![Time and cost of a job of ${IMAGES.toLocaleString('en-US')} images against the number of workers](scaling.svg)`,
    `A job of ${IMAGES.toLocaleString('en-US')} images. *Efficiency* is the time with one worker ÷ (number of workers × time with these workers). *Redis*, *client* and *network* are the shares of the time in which they are busy.`,
    `**${STEPS} steps**\n\n${table(few)}`,
    `**${MANY_STEPS} steps**\n\n${table(many)}`,
    [
      `- **The limit is ${lowest?.name === 'network' ? 'the network card of Redis' : lowest?.name === 'client' ? 'the client' : 'Redis'}:** ${formatNumber(lowest?.rate ?? 0)} ranges per second. ${limitOf(STEPS)} workers reach this limit with ${STEPS} steps, and ${limitOf(MANY_STEPS)} with ${MANY_STEPS}. Limits in ranges per second: ${limits.map(({ name, rate }) => `${name} ${formatNumber(rate)}`).join(', ')}.`,
      `- **The efficiency is at least 90 %** up to ${count(workersWith(few, 0.9))} workers with ${STEPS} steps, and up to ${count(workersWith(many, 0.9))} with ${MANY_STEPS}. At most 1,000 workers were simulated. The efficiency falls because workers take time to start and wait for the last ranges. Both matter more in a short job.`,
      `- **The queue is not the limit:** it holds ${MOST_QUEUED.toLocaleString('en-US')} ranges. The third line of the plot shows a queue of ${EARLIER_LIMIT} ranges: more than ${EARLIER_LIMIT} workers do not shorten the job.`,
    ].join('\n'),
  ].join('\n\n');
}

const count = (value: number): string => value.toLocaleString('en-US');

function table(points: readonly Point[]): string {
  const percent = (share: number): string => `${formatNumber(100 * share)} %`;
  const rows = points
    .filter(({ workers }) => SHOWN.includes(workers))
    .map(({ workers, seconds, workerHours, efficiency, load }) => [
      workers.toLocaleString('en-US'),
      timeText(seconds),
      formatNumber(workerHours),
      percent(efficiency),
      percent(load.redis),
      percent(load.client),
      percent(load.network),
    ]);
  const header = ['workers', 'time', 'worker-hours', 'efficiency', 'Redis', 'client', 'network'];
  return [header, header.map(() => '---:'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

const timeText = (seconds: number): string =>
  seconds >= 3600
    ? `${formatNumber(seconds / 3600)} h`
    : seconds >= 60
      ? `${formatNumber(seconds / 60)} min`
      : `${formatNumber(seconds)} s`;
