import { checkRules } from '../../../../tests/support/rule-cases.ts';
import { normCases } from './norm.cases.ts';

checkRules('norm', normCases);
