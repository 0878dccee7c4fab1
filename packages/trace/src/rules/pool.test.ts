import { checkRules } from '../../../../tests/support/rule-cases.ts';
import { poolCases } from './pool.cases.ts';

checkRules('pool', poolCases);
