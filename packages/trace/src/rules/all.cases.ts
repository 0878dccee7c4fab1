import type { RuleCases } from '../../../../tests/support/rule-cases.ts';
import { activationCases } from './activation.cases.ts';
import { arithmeticCases } from './arithmetic.cases.ts';
import { comparisonCases } from './comparison.cases.ts';
import { constantCases } from './constant.cases.ts';
import { convCases } from './conv.cases.ts';
import { depthwiseCases } from './depthwise.cases.ts';
import { elementwiseCases } from './elementwise.cases.ts';
import { fusedCases } from './fused.cases.ts';
import { joinCases } from './join.cases.ts';
import { matMulCases } from './matmul.cases.ts';
import { normCases } from './norm.cases.ts';
import { poolCases } from './pool.cases.ts';
import { reduceCases } from './reduce.cases.ts';
import { resizeCases } from './resize.cases.ts';
import { shapeCases } from './shape.cases.ts';
import { sliceCases } from './slice.cases.ts';

/** The cases of every family. */
export const allCases: readonly RuleCases[] = [
  activationCases,
  arithmeticCases,
  comparisonCases,
  constantCases,
  convCases,
  depthwiseCases,
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
