import { checkRules } from '../../../../tests/support/rule-cases.ts';
import { depthwiseCases } from './depthwise.cases.ts';

checkRules('depthwise', depthwiseCases);
