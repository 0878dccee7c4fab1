import { checkRules } from '../../../../tests/support/rule-cases.ts';
import { sliceCases } from './slice.cases.ts';

checkRules('slice', sliceCases);
