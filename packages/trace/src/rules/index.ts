import { constantRules } from './constant.ts';
import { convRules } from './conv.ts';
import { elementwiseRules } from './elementwise.ts';
import { matMulRules } from './matmul.ts';
import { normRules } from './norm.ts';
import { poolRules } from './pool.ts';
import { reduceRules } from './reduce.ts';
import { resizeRules } from './resize.ts';
import type { RuleTable } from './rule.ts';
import { shapeRules } from './shape.ts';

/** Every kernel that a traced function may run. One file a family; README.md says how to add one. */
export const rules: RuleTable = {
  ...constantRules,
  ...convRules,
  ...elementwiseRules,
  ...matMulRules,
  ...normRules,
  ...poolRules,
  ...reduceRules,
  ...resizeRules,
  ...shapeRules,
};
