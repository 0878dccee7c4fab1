import { describe, expect, it } from 'vitest';
import { fuzzReport, terminalReport } from './report.ts';
import { runTarget } from './run-target.ts';
import type { FuzzTarget } from './target.ts';

const even: FuzzTarget = {
  about: 'numbers',
  tryOne: async (seed) => {
    if (seed % 5 === 0) throw new Error(`${seed} is a multiple of 5`);
    return seed % 2 === 0 ? 'even' : 'odd';
  },
};

describe('runTarget', () => {
  it('counts outcomes and keeps the seeds that failed', async () => {
    const seen: number[] = [];
    const result = await runTarget(
      'even',
      even,
      { seed: 1, count: 9, minutes: 1 },
      () => 0,
      (n) => seen.push(n),
    );
    expect(Object.fromEntries(result.outcomes)).toEqual({ odd: 4, even: 4 });
    expect(result.failures.map(({ seed }) => seed)).toEqual([5]);
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(terminalReport(result)).toContain('even: 9 inputs in 0.0 s, seeds 1 to 9');
    expect(fuzzReport([result], 'pnpm fuzz')).toContain('| `even` | numbers | 9 | 4 odd, 4 even | 1 |');
  });

  it('stops when the time is up', async () => {
    let now = 0;
    const clock = (): number => (now += 20_000);
    const result = await runTarget('even', even, { seed: 1, count: 99, minutes: 1 }, clock, () => undefined);
    expect(result.inputs).toBe(2);
  });

  it('stops after ten failures', async () => {
    const limits = { seed: 1, count: 1000, minutes: 1 };
    const result = await runTarget(
      'even',
      even,
      limits,
      () => 0,
      () => undefined,
    );
    expect([result.failures.length, result.inputs]).toEqual([10, 50]);
  });
});
