import { checkRules } from '../../../../tests/support/rule-cases.ts';
import { arithmeticCases } from './arithmetic.cases.ts';

checkRules('arithmetic', arithmeticCases);
