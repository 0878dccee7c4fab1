import { checkRules } from '../../../../tests/support/rule-cases.ts';
import { constantCases } from './constant.cases.ts';

checkRules('constant', constantCases);
