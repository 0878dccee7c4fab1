import { checkRules } from '../../../../tests/support/rule-cases.ts';
import { resizeCases } from './resize.cases.ts';

checkRules('resize', resizeCases);
