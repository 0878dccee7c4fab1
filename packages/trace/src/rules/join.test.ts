import { checkRules } from '../../../../tests/support/rule-cases.ts';
import { joinCases } from './join.cases.ts';

checkRules('join', joinCases);
