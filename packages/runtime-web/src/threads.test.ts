import { describe, expect, it } from 'vitest';
import { planThreads } from './threads.ts';

describe('planThreads', () => {
  it.each([
    { requested: undefined, cores: 2, threads: 2 },
    { requested: undefined, cores: 16, threads: 4 },
    { requested: 8, cores: 2, threads: 8 },
    { requested: 1, cores: 2, threads: 1 },
  ])('uses $threads thread(s) on an isolated page with $cores cores if `threads` is $requested', (facts) => {
    const { requested, cores, threads } = facts;
    expect(planThreads(requested, { isolated: true, cores })).toEqual({ threads, notes: [] });
  });

  it('uses one thread on a page that is not isolated, with a note on how to get more', () => {
    const { threads, notes } = planThreads(undefined, { isolated: false, cores: 4 });
    expect(threads).toBe(1);
    expect(notes).toEqual([expect.stringContaining('Cross-Origin-Embedder-Policy: require-corp')]);
    expect(planThreads(1, { isolated: false, cores: 4 }).notes).toEqual([]);
    expect(planThreads(undefined, { isolated: false, cores: 1 }).notes).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN, 1_000_000])('rejects %d threads', (requested) => {
    expect(() => planThreads(requested, { isolated: true, cores: 2 })).toThrow(
      expect.objectContaining({ code: 'RUNTIME_REQUEST' }),
    );
  });
});
