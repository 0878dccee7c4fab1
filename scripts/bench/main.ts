// `pnpm bench`: runs benches, prints tables of the results, and writes docs/performance.json and docs/performance.md.

import { mkdirSync } from 'node:fs';
import os from 'node:os';
import { env } from 'node:process';
import { printable } from '@isonoise/error';
import pc from 'picocolors';
import { reportFailure } from '../report-failure.ts';
import type { Row } from './bench.ts';
import type { BenchRequest } from './bench-child.ts';
import { benches } from './benches.ts';
import { runChild } from './child.ts';
import { describeMachine, loadAverage } from './machine.ts';
import { type BenchOptions, parseOptions } from './options.ts';
import type { BenchRun } from './record.ts';
import { terminalTable } from './terminal-table.ts';
import { checkReport, writeReport } from './write-report.ts';

const HELP = `pnpm bench [names…] [--quick] [--threads n] [--out dir]

Benches (default: all; torch only with --python):
${benches.map(({ name, description }) => `  ${name.padEnd(16)} ${description}`).join('\n')}

  --threads n   threads of ONNX Runtime within an operator (default: one per core)
  --out dir     folder for performance.json, performance.md and the plots (default: docs)
  --python path Python interpreter with torch, for the bench torch
  --quick       trial run in a minute or two: rough numbers, written only if --out is given

The bench web needs Chromium (Debian: apt-get install chromium; or CHROMIUM_PATH). The bench jobs needs redis-server, and
taskset of Linux. The row of tfjs-node has a value only if tfjs-node is installed.

pnpm bench recipes compares training recipes, pnpm bench precisions times a model in fp32, fp16 and int8 on every runtime, and
pnpm bench scaling simulates jobs on many workers. Each lists its flags with --help.

Examples:
  pnpm bench
  pnpm bench training sampling
  pnpm bench server --quick
  pnpm bench torch --python ~/venv/bin/python`;

async function runBenches({ names, quick, threads, out, python }: BenchOptions): Promise<boolean> {
  const colors = pc.createColors(process.stdout.isTTY === true && !env.NO_COLOR);
  const machine = describeMachine();
  if (out !== undefined) {
    await checkReport(out);
    mkdirSync(out, { recursive: true });
  }
  let failed = false;
  for (const { name, description } of benches.filter((bench) => names.includes(bench.name))) {
    const load = loadAverage();
    console.error(`${name}: ${description} (load ${load})`);
    try {
      const request: BenchRequest = { name, quick, threads, out, python };
      const rows = await runChild<Row[]>('bench-child.ts', request);
      console.log(`${terminalTable(name, rows, colors)}\n`);
      const date = new Date().toISOString();
      const done: BenchRun = { bench: name, description, date, machine, threads, quick, load, rows };
      // Write the report after each bench, so that a later failure does not lose hours of measurements.
      if (out !== undefined)
        await writeReport(
          out,
          [done],
          benches.map((bench) => bench.name),
        );
    } catch (error) {
      failed = true;
      console.error(
        printable(
          `${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
          '\n',
        ),
      );
    }
  }
  return !failed;
}

const args = process.argv.slice(2);
// The comparisons of recipes and of precisions have their own flags and results.
if (args[0] === 'recipes') {
  const { benchRecipes } = await import('../recipes/bench-recipes.ts');
  await benchRecipes(args.slice(1));
} else if (args[0] === 'precisions') {
  const { benchPrecisions } = await import('../precisions/bench-precisions.ts');
  await benchPrecisions(args.slice(1));
} else if (args[0] === 'scaling') {
  const { benchScaling } = await import('./scaling/bench-scaling.ts');
  await benchScaling(args.slice(1));
} else {
  try {
    const options = parseOptions(args, benches, os.availableParallelism());
    if (options.help) console.log(HELP);
    else if (!(await runBenches(options))) process.exitCode = 1;
  } catch (error) {
    reportFailure(error, HELP);
  }
}
