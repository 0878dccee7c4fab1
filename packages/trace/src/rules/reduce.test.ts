import { checkRules } from '../../../../tests/support/rule-cases.ts';
import { reduceCases } from './reduce.cases.ts';

checkRules('reduce', reduceCases);
