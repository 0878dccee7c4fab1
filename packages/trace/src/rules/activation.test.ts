import { checkRules } from '../../../../tests/support/rule-cases.ts';
import { activationCases } from './activation.cases.ts';

checkRules('activation', activationCases);
