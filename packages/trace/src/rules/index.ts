import { activationRules } from './activation.ts';
import { arithmeticRules } from './arithmetic.ts';
import { constantRules } from './constant.ts';
import { convRules } from './conv.ts';
import { depthwiseGradientRules } from './depthwise-gradient.ts';
import { elementwiseRules } from './elementwise.ts';
import { fusedRules } from './fused.ts';
import { joinRules } from './join.ts';
import { matMulRules } from './matmul.ts';
import { normRules } from './norm.ts';
import { poolRules } from './pool.ts';
import { reduceRules } from './reduce.ts';
import { resizeRules } from './resize.ts';
import type { RuleTable } from './rule.ts';
import { shapeRules } from './shape.ts';
import { sliceRules } from './slice.ts';

/** Every kernel that a traced function may run. One file a family; README.md says how to add one. */
export const rules: RuleTable = {
  ...activationRules,
  ...arithmeticRules,
  ...constantRules,
  ...convRules,
  ...depthwiseGradientRules,
  ...elementwiseRules,
  ...fusedRules,
  ...joinRules,
  ...matMulRules,
  ...normRules,
  ...poolRules,
  ...reduceRules,
  ...resizeRules,
  ...shapeRules,
  ...sliceRules,
};
