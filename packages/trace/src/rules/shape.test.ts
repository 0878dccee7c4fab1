import { checkRules } from '../../../../tests/support/rule-cases.ts';
import { shapeCases } from './shape.cases.ts';

checkRules('shape', shapeCases);
