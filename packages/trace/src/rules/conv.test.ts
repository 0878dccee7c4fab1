import { checkRules } from '../../../../tests/support/rule-cases.ts';
import { convCases, depthwiseGradientCases } from './conv.cases.ts';

checkRules('conv', convCases);
checkRules('depthwise gradients', depthwiseGradientCases);
