import { describe, expect, it } from 'vitest';
import { allCases } from './all.cases.ts';
import { rules } from './index.ts';

describe('rules', () => {
  it('all have cases that run them', () => {
    const tried = allCases.flatMap((table) => Object.keys(table));
    expect(tried.toSorted()).toEqual(Object.keys(rules).toSorted());
    for (const table of allCases) {
      for (const [kernel, cases] of Object.entries(table)) expect(cases.length, kernel).toBeGreaterThan(0);
    }
  });
});
