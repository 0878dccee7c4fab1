import { checkRules } from '../../../../tests/support/rule-cases.ts';
import { comparisonCases } from './comparison.cases.ts';

checkRules('comparison', comparisonCases);
