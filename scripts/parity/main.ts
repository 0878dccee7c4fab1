// `pnpm parity`: runs the same requests on every available runtime, compares the results, and prints a report.
// With --out, it also writes the report.

import { printable } from '@isonoise/error';
import { reportFailure } from '../report-failure.ts';
import { OPERATIONS_HELP } from './operations/options.ts';
import { parseOptions } from './options.ts';
import { showProgress } from './progress.ts';
import { runParity } from './run-parity.ts';
import { BASE, runtimeIds, runtimes } from './runtimes.ts';
import { terminalReport } from './terminal-report.ts';
import { checkReport, writeReport } from './write-report.ts';

const HELP = `pnpm parity <model> [--only names] [--seeds n] [--quick] [--out dir]

Draws the same images on every runtime and compares them with ${BASE}:
${runtimeIds.map((name) => `  ${name.padEnd(18)} ${runtimes[name].label}`).join('\n')}

  --only a,b    compare only these runtimes with ${BASE} (default: all)
  --seeds n     number of images drawn by DDIM with 50 steps (default: 100); DDPM with 1000 steps draws n / 25
  --quick       draw only by DDIM with 10 steps for at most 10 seeds, which takes a minute instead of a quarter of an hour
  --out dir     folder for parity.md and parity.json (default: the report is only printed)

A runtime that takes over half a second per call of the network draws 2 images in 5 steps. The runtimes in Chromium need
Chromium (Debian: apt-get install chromium; or CHROMIUM_PATH). Missing runtimes are listed with the reason.

pnpm parity operations <model> compares the graph node by node (pnpm parity operations --help).

Examples:
  pnpm parity models/mnist --out docs
  pnpm parity models/mnist --quick
  pnpm parity models/mnist --only wasm,wasm-threads --seeds 20
  pnpm parity operations models/mnist`;

const args = process.argv.slice(2);
try {
  if (args[0] === 'operations') {
    const { parityOfOperations } = await import('./operations/main.ts');
    await parityOfOperations(args.slice(1));
  } else await compareRuntimes();
} catch (error) {
  reportFailure(error, args[0] === 'operations' ? OPERATIONS_HELP : HELP);
}

async function compareRuntimes(): Promise<void> {
  const options = parseOptions(args, runtimeIds);
  if (options.help) {
    console.log(HELP);
    return;
  }
  if (options.out !== undefined) await checkReport(options.out);
  const report = await runParity({
    ...options,
    names: options.only,
    progress: (label) => showProgress(process.stderr, label),
  });
  console.log(printable(terminalReport(report), '\n'));
  if (options.out !== undefined) await writeReport(options.out, report);
}
