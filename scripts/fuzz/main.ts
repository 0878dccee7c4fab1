// `pnpm fuzz [target …]`: inputs of all kinds, decided by seeds, on what must not be wrong.

import { tellFailure } from '../tell-failure.ts';
import { FuzzUsageError, parseOptions } from './options.ts';
import { TARGET_NAMES } from './targets.ts';

const HELP = `pnpm fuzz [target …] [--count n] [--minutes m] [--seed n] [--write]

Tries inputs that seeds decide, one after the other, and reports what came of them. A failure is printed with its seed,
made as small as it goes; the exit code is 1 then.

Targets: ${TARGET_NAMES.join(', ')} (default: all)

  --count n    inputs a target (default: 1000, or as many as fit into --minutes)
  --minutes m  time a target, at most
  --seed n     seed of the first input; the others follow it (default: 1)
  --write      put the counts of all targets into docs/reliability.md

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
  if (error instanceof FuzzUsageError) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exitCode = 2;
  } else tellFailure(error);
}
