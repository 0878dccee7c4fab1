import { timingOf } from '../interleave.ts';
import { type JobProcesses, RANGE_SIZE } from './processes.ts';

/** Images per second of one and two processes and of one and two workers, and ratios of these speeds. */
export interface Throughput {
  readonly plain: readonly [one: number, two: number];
  readonly workers: readonly [one: number, two: number];
  /** Speed-up by the second worker ÷ speed-up by the second process. */
  readonly ratio: number;
  /** Time of a job with one worker ÷ time of one process, for the same images, minus 1. */
  readonly overhead: number;
  readonly rounds: number;
}

/**
 * Measures one and two workers, and one and two plain processes, in turn. Each worker and each process has a thread and
 * a processor of its own. Ratios are computed for each round; the results are medians.
 *
 * @param images number of images for each worker and each process
 */
export async function measureThroughput(
  processes: JobProcesses,
  { images, rounds, log }: { readonly images: number; readonly rounds: number; log(line: string): void },
): Promise<Throughput> {
  const speeds: Record<'plain1' | 'plain2' | 'workers1' | 'workers2', number>[] = [];
  for (let round = 0; round < rounds; round++) {
    const workers = await processes.setWorkers(2);
    // Each worker opens the model when it gets its first range.
    while (workers.some(({ stored }) => stored.length === 0)) await processes.job(4 * RANGE_SIZE);
    const workers2 = (2 * images) / (await processes.job(2 * images));
    await processes.setWorkers(1);
    const workers1 = images / (await processes.job(images));
    const plain1 = images / (await processes.plain(images, 0));
    const both = await Promise.all([processes.plain(images, 0), processes.plain(images, 1)]);
    const plain2 = both.reduce((total, seconds) => total + images / seconds, 0);
    const speed = { plain1, plain2, workers1, workers2 };
    speeds.push(speed);
    log(
      `  round ${round + 1} of ${rounds}, images/s: ${Object.entries(speed)
        .map(([name, value]) => `${name} ${value.toFixed(2)}`)
        .join(', ')}`,
    );
  }
  const median = (of: (speed: (typeof speeds)[number]) => number): number => timingOf(speeds.map(of)).median;
  return {
    plain: [median(({ plain1 }) => plain1), median(({ plain2 }) => plain2)],
    workers: [median(({ workers1 }) => workers1), median(({ workers2 }) => workers2)],
    ratio: median((s) => s.workers2 / s.workers1 / (s.plain2 / s.plain1)),
    overhead: median(({ plain1, workers1 }) => plain1 / workers1 - 1),
    rounds,
  };
}
