import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseFlags } from '../../parse-flags.ts';
import { reportFailure } from '../../report-failure.ts';
import { scriptError } from '../../script-error.ts';
import { replaceBetweenMarkers } from '../markdown-report.ts';
import { parseRecord } from '../record.ts';
import { measuredOf } from './measured.ts';
import { scalingPlot } from './plot.ts';
import { scalingOf, scalingReport } from './report.ts';

const HELP = `pnpm bench scaling [--measured file] [--out dir]

Simulates a job on 1 to 1,000 workers from the measurements of pnpm bench jobs, and writes scaling.md and scaling.svg.
Takes a few seconds.

  --measured file  record of pnpm bench (default: docs/performance.json)
  --out dir        folder of scaling.md, which must exist, and scaling.svg (default: docs)`;

const FILE = 'scaling.md';
const usage = (reason: string, cause?: unknown): Error =>
  scriptError('BENCH_USAGE', `bench scaling: ${reason}`, { cause });

/** `pnpm bench scaling`: simulates jobs on many workers. */
export async function benchScaling(args: readonly string[]): Promise<void> {
  try {
    const options = {
      measured: { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean' },
    } as const;
    const { values, positionals } = parseFlags(args, options, usage);
    if (positionals.length > 0) throw usage(`got ${positionals.join(' ')}; expected only flags.`);
    if (values.help === true) return console.log(HELP);
    const { measured = path.join('docs', 'performance.json'), out = 'docs' } = values;
    const run = parseRecord(await readFile(measured, 'utf8')).runs.find(({ bench }) => bench === 'jobs');
    if (run === undefined)
      throw usage(
        `${measured} has no run of the bench jobs; expected one. Run pnpm bench jobs, or pass --measured.`,
      );
    const scaling = scalingOf(measuredOf(run));
    const report = scalingReport(run, scaling);
    const file = path.join(out, FILE);
    const text = replaceBetweenMarkers(await readFile(file, 'utf8'), report, {
      marker: 'scaling',
      file: FILE,
    });
    await writeFile(file, text);
    await writeFile(path.join(out, 'scaling.svg'), scalingPlot(scaling.lines));
    console.log(report);
  } catch (error) {
    reportFailure(error, HELP);
  }
}
