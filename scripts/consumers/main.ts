// `pnpm consumers`: installs the packed packages as users do, and draws with them in Node, browsers and bundlers.

import { parseFlags } from '../parse-flags.ts';
import { reportFailure } from '../report-failure.ts';
import { scriptError } from '../script-error.ts';
import { consumers } from './consumers.ts';
import { runConsumers } from './run-consumers.ts';

const HELP = `pnpm consumers [name…] [--keep] [--list]

Packs the public packages, and builds and runs users' programs in clean folders outside the workspace. Most programs draw the
image of the golden record of models/mnist; the PNG must equal that of the record, byte for byte. Needs built packages
(pnpm build), Chromium and the npm registry. Runs every program if none is named.

  --keep   keep the folders and print their path
  --list   list the consumers

Examples:
  pnpm consumers
  pnpm consumers vite next --keep`;

try {
  const { values, positionals } = parseFlags(
    process.argv.slice(2),
    { keep: { type: 'boolean' }, list: { type: 'boolean' }, help: { type: 'boolean' } },
    (reason, cause) => scriptError('CONSUMERS_USAGE', `consumers: ${reason}`, { cause }),
  );
  const all = Object.entries(consumers);
  const unknown = positionals.filter((name) => !Object.hasOwn(consumers, name));
  if (values.help) console.log(HELP);
  else if (values.list) for (const [name, { title }] of all) console.log(`${name.padEnd(14)}${title}`);
  else if (unknown.length > 0) {
    throw scriptError(
      'CONSUMERS_USAGE',
      `consumers: got ${unknown.join(', ')}; expected names among ${all.map(([name]) => name).join(', ')}.`,
    );
  } else {
    const chosen = all.filter(([name]) => positionals.length === 0 || positionals.includes(name));
    const failures = await runConsumers(new Map(chosen), {
      keep: values.keep === true,
      log: (line) => console.log(line),
    });
    console.log(`${chosen.length - failures.size} of ${chosen.length} consumers passed`);
    if (failures.size > 0) process.exitCode = 1;
  }
} catch (error) {
  reportFailure(error, HELP);
}
