import { checkRules } from '../../../../tests/support/rule-cases.ts';
import { convCases } from './conv.cases.ts';

checkRules('conv', convCases);
