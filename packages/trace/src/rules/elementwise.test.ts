import { checkRules } from '../../../../tests/support/rule-cases.ts';
import { elementwiseCases } from './elementwise.cases.ts';

checkRules('elementwise', elementwiseCases);
