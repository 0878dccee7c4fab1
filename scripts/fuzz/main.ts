// `pnpm fuzz [target …]`: runs parsers, the tracer and the server on generated inputs.

import { reportFailure } from '../report-failure.ts';
import { parseOptions } from './options.ts';
import { TARGET_NAMES } from './targets.ts';

const HELP = `pnpm fuzz [target …] [--count n] [--minutes m] [--seed n] [--write]

Generates an input from each seed, runs the target on it, and counts the outcomes. If an input fails, its seed and the error are
printed, and the exit code is 1. Some targets also print the input.

Targets: ${TARGET_NAMES.join(', ')} (default: all)

  --count n    inputs per target (default: 1000; with --minutes, no limit)
  --minutes m  time limit per target (default: none)
  --seed n     seed of the first input; each later input uses the next seed (default: 1)
  --write      write the counts of all targets into docs/reliability.md

Examples:
  pnpm fuzz trace --minutes 5
  pnpm fuzz trace --seed 4711 --count 1`;

const args = process.argv.slice(2);
try {
  const options = parseOptions(args);
  if (options.help) console.log(HELP);
  else {
    const { fuzz } = await import('./fuzz.ts');
    const command = ['pnpm fuzz', ...args.filter((arg) => arg !== '--write')].join(' ');
    await fuzz(options, command);
  }
} catch (error) {
  reportFailure(error, HELP);
}
