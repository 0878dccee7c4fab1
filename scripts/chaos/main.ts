// `pnpm chaos`: kills trainings, exports and workers at random times, and compares the results with those of
// undisturbed runs.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { writeReliabilitySection } from '../reliability-report.ts';
import { reportFailure } from '../report-failure.ts';
import { disturbExport } from './chaos-export.ts';
import { disturbTraining } from './chaos-training.ts';
import { parseOptions } from './options.ts';
import { chaosReport } from './report.ts';

const HELP = `pnpm chaos [--kills n] [--exports n] [--seed n] [--out dir]

Kills a small training repeatedly with SIGKILL, SIGINT, SIGTERM and SIGHUP at seeded random times, resumes it each time, and
compares the finished run with an undisturbed run, bit for bit. Then kills an export repeatedly, exports once more, and compares
the files of the model with those of an undisturbed export.

  --kills n     number of times to kill the training (default: 40)
  --exports n   number of exports to kill (default: 8)
  --seed n      seed of the random times (default: 1)
  --out dir     folder of reliability.md, where the results are written (default: docs)

Takes about six seconds per kill. Needs process groups, so it does not run on Windows.

pnpm chaos jobs kills workers and Redis during a job; pnpm chaos jobs --help lists its flags.`;

const args = process.argv.slice(2);
if (args[0] === 'jobs') {
  const { chaosJobs } = await import('./jobs/chaos-jobs.ts');
  await chaosJobs(args.slice(1));
} else {
  try {
    const { kills, exports, seed, out, help } = parseOptions(args);
    if (help) console.log(HELP);
    else {
      const folder = await mkdtemp(path.join(os.tmpdir(), 'isonoise-chaos-'));
      try {
        const training = await disturbTraining(path.join(folder, 'runs'), seed, kills, console.error);
        const models = path.join(folder, 'models');
        await mkdir(models);
        const run = path.join(folder, 'runs', 'undisturbed');
        const killedExports = await disturbExport(run, models, seed, exports, console.error);
        const surroundings = `Node ${process.versions.node}, ${os.platform()} ${os.arch()}`;
        const date = new Date().toISOString().slice(0, 10);
        const report = chaosReport({ seed, training, killedExports, date, surroundings });
        await writeReliabilitySection(out, 'chaos', report);
        console.log(report);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }
  } catch (error) {
    reportFailure(error, HELP);
  }
}
