// A process of its own for one bench: what a rival library registers or leaves running does not meet the next bench.
import type { BenchContext } from './bench.ts';
import { benches } from './benches.ts';
import { answerParent, requestOfParent } from './child.ts';

/** Which bench, and what it may use. */
export interface BenchRequest extends Omit<BenchContext, 'log'> {
  readonly name: string;
}

const { name, ...context } = requestOfParent<BenchRequest>();
const bench = benches.find((one) => one.name === name);
if (bench === undefined) throw new Error(`bench: there is no bench ${name}`);
answerParent(await bench.run({ ...context, log: (line) => console.error(line) }));
