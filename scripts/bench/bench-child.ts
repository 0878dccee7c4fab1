// Runs one bench in a separate process, so that kernels that it registers and threads that it leaves running
// do not affect the next bench.
import type { BenchContext } from './bench.ts';
import { benches } from './benches.ts';
import { parentRequest, replyToParent } from './child.ts';

/** Name and context of the bench that the process runs. */
export interface BenchRequest extends Omit<BenchContext, 'log'> {
  readonly name: string;
}

const { name, ...context } = parentRequest<BenchRequest>();
const bench = benches.find((one) => one.name === name);
if (bench === undefined) throw new Error(`bench: unknown bench ${name}; expected a name in benches.ts`);
replyToParent(await bench.run({ ...context, log: (line) => console.error(line) }));
