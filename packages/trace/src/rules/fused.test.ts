import { checkRules } from '../../../../tests/support/rule-cases.ts';
import { fusedCases } from './fused.cases.ts';

checkRules('fused', fusedCases);
