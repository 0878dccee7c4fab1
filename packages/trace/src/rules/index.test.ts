import { describe, expect, it } from 'vitest';
import { activationCases } from './activation.cases.ts';
import { arithmeticCases } from './arithmetic.cases.ts';
import { constantCases } from './constant.cases.ts';
import { convCases, depthwiseGradientCases } from './conv.cases.ts';
import { elementwiseCases } from './elementwise.cases.ts';
import { fusedCases } from './fused.cases.ts';
import { rules } from './index.ts';
import { joinCases } from './join.cases.ts';
import { matMulCases } from './matmul.cases.ts';
import { normCases } from './norm.cases.ts';
import { poolCases } from './pool.cases.ts';
import { reduceCases } from './reduce.cases.ts';
import { resizeCases } from './resize.cases.ts';
import { shapeCases } from './shape.cases.ts';
import { sliceCases } from './slice.cases.ts';

const tables = [
  activationCases,
  arithmeticCases,
  constantCases,
  convCases,
  depthwiseGradientCases,
  elementwiseCases,
  fusedCases,
  joinCases,
  matMulCases,
  normCases,
  poolCases,
  reduceCases,
  resizeCases,
  shapeCases,
  sliceCases,
];

describe('rules', () => {
  it('are all tried, and by cases that run them', () => {
    const tried = tables.flatMap((table) => Object.keys(table));
    expect(tried.toSorted()).toEqual(Object.keys(rules).toSorted());
    for (const table of tables)
      for (const cases of Object.values(table)) expect(cases.length).toBeGreaterThan(0);
  });
});
