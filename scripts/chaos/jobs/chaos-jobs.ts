import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { writeReliabilitySection } from '../../reliability-report.ts';
import { reportFailure } from '../../report-failure.ts';
import { disturbJob, drawUndisturbed, RANGE_SIZE, WORKERS } from './disturb-job.ts';
import { faultPlan } from './fault-plan.ts';
import { parseJobsOptions } from './options.ts';
import { imageProgress } from './progress.ts';
import { jobsReport } from './report.ts';

const HELP = `pnpm chaos jobs [--count n] [--kills n] [--restarts n] [--seed n] [--out dir]

Draws images of models/mnist with a job on ${WORKERS} workers, in ranges of ${RANGE_SIZE} images. Kills workers with SIGKILL and restarts
Redis at seeded random times. Compares the SHA-256 of each image with that of a run in one process.

  --count n     number of images (default: 10000)
  --kills n     number of times to kill a worker (default: 20)
  --restarts n  number of times to kill Redis and start it again (default: 2)
  --seed n      seed of the images and of the random times (default: 1)
  --out dir     folder of reliability.md, where the results are written (default: docs)

Starts a Redis server of its own, so redis-server must be installed. Takes about 20 minutes on two idle cores.

Examples:
  pnpm chaos jobs
  pnpm chaos jobs --count 500 --kills 3 --restarts 1 --out out`;

/** `pnpm chaos jobs`: kills workers and Redis during a job, and compares its images with an undisturbed run. */
export async function chaosJobs(args: readonly string[]): Promise<void> {
  try {
    const { count, kills, restarts, seed, out, help } = parseJobsOptions(args);
    if (help) return console.log(HELP);
    const stopping = new AbortController();
    process.once('SIGINT', () => stopping.abort(new Error('stopped by Ctrl-C; nothing was written')));
    const folder = await mkdtemp(path.join(os.tmpdir(), 'isonoise-chaos-'));
    const began = performance.now();
    try {
      const draw = async <T>(
        label: string,
        act: (options: Parameters<typeof drawUndisturbed>[0]) => Promise<T>,
      ): Promise<T> => {
        const progress = imageProgress(label, count);
        const faults = faultPlan(seed, kills, restarts);
        const { signal } = stopping;
        const { update: onProgress, note } = progress;
        try {
          return await act({ count, seed, folder, faults, signal, note, onProgress });
        } finally {
          progress.end();
        }
      };
      const expected = await draw('undisturbed run', drawUndisturbed);
      const counts = await draw('job', (options) => disturbJob(expected, options));
      const report = jobsReport({
        counts,
        seed,
        minutes: (performance.now() - began) / 60_000,
        date: new Date().toISOString().slice(0, 10),
        surroundings: `Node ${process.versions.node}, ${os.platform()} ${os.arch()}`,
      });
      await writeReliabilitySection(out, 'jobs', report);
      console.log(report);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (error) {
    reportFailure(error, HELP);
  }
}
