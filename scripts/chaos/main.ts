// `pnpm chaos`: kills trainings and exports at random moments, and compares what comes of them with undisturbed ones.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { writeReliabilitySection } from '../reliability-report.ts';
import { tellFailure } from '../tell-failure.ts';
import { disturbExport } from './chaos-export.ts';
import { disturbTraining } from './chaos-training.ts';
import { ChaosUsageError, parseOptions } from './options.ts';
import { chaosReport } from './report.ts';

const HELP = `pnpm chaos [--kills n] [--exports n] [--seed n] [--out dir]

Kills a small training again and again, by SIGKILL, SIGINT, SIGTERM and SIGHUP at moments of a seeded stream, resumes it
each time, and compares the finished run with one that was never disturbed, bit for bit. Then the same with an export.

  --kills n     of the training (default: 40)
  --exports n   that are killed (default: 8)
  --seed n      decides the moments (default: 1)
  --out dir     for the section in reliability.md (default: docs)

Takes about six seconds a kill. Needs a system with process groups: not Windows.`;

try {
  const { kills, exports, seed, out, help } = parseOptions(process.argv.slice(2));
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
  if (error instanceof ChaosUsageError) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exitCode = 2;
  } else tellFailure(error);
}
