import { checkRules } from '../../../../tests/support/rule-cases.ts';
import { matMulCases } from './matmul.cases.ts';

checkRules('matmul', matMulCases);
