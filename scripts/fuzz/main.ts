// `pnpm fuzz [target …]`: tries parsers, the tracer and the server on generated inputs.

import { reportFailure } from '../report-failure.ts';
import { parseOptions } from './options.ts';
import { TARGET_NAMES } from './targets.ts';

const HELP = `pnpm fuzz [target …] [--count n] [--minutes m] [--seed n] [--write]

Tries inputs generated from seeds, one after another, and reports the outcomes. A failing input is printed with its seed and
shrunk if the target supports it; the exit code is then 1.

Targets: ${TARGET_NAMES.join(', ')} (default: all)

  --count n    inputs per target (default: 1000, or as many as fit into --minutes)
  --minutes m  time limit per target
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
