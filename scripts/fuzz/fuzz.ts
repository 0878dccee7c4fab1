import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeReliabilitySection } from '../reliability-report.ts';
import type { FuzzOptions } from './options.ts';
import { fuzzReport, terminalReport } from './report.ts';
import { type FuzzResult, runTarget } from './run-target.ts';
import { TARGETS } from './targets.ts';
import { watched } from './watchdog.ts';

const DOCS = path.join(fileURLToPath(new URL('../..', import.meta.url)), 'docs');

/**
 * Runs the requested targets and prints the outcomes. Sets the exit code to 1 if an input failed.
 *
 * @param command the command line, for the report
 */
export async function fuzz(options: FuzzOptions, command: string): Promise<void> {
  const results: FuzzResult[] = [];
  for (const name of options.targets) {
    const target = watched(name, await TARGETS[name]());
    const show = (inputs: number, failures: number): void => {
      if (process.stderr.isTTY && inputs % 10 === 0) {
        process.stderr.write(`\r${name}: ${inputs} inputs, ${failures} failures `);
      }
    };
    const result = await runTarget(name, target, options, () => performance.now(), show);
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    results.push(result);
    console.log(terminalReport(result));
    for (const { seed, error } of result.failures) {
      console.log(`\npnpm fuzz ${name} --seed ${seed} --count 1\n${String(error)}`);
      if (target.explain !== undefined) console.log(await target.explain(seed));
    }
  }
  if (options.write) await writeReliabilitySection(DOCS, 'fuzz', fuzzReport(results, command));
  if (results.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
}
