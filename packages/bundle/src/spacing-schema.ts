import {
  RUN_ENDS,
  SPACINGS,
  type SpacingRule,
  TIMESTEP_RULES,
  type TimestepVariant,
} from '@isonoise/schedule';
import * as v from 'valibot';
import { exactObject } from './schema.ts';

const variants = {
  // Use valibot's own checks, because they also become limits in the JSON schema of the HTTP API. A custom check
  // would not.
  offset: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  omitLast: v.exactOptional(v.boolean()),
  fractional: v.exactOptional(v.boolean()),
} satisfies Readonly<Record<keyof TimestepVariant, unknown>>;

/** Schema of a rule with variants, in scheduler_config.json and in the body of a request. */
export const spacingRuleSchema: v.GenericSchema<SpacingRule> = exactObject({
  rule: v.picklist(SPACINGS),
  ...variants,
  within: v.exactOptional(exactObject({ rule: v.picklist(TIMESTEP_RULES), ...variants })),
  end: v.exactOptional(v.picklist(RUN_ENDS)),
} satisfies Readonly<Record<keyof SpacingRule, unknown>>);
