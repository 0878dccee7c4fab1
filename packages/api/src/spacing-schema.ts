import {
  RUN_ENDS,
  SPACINGS,
  type SpacingChoice,
  type SpacingRule,
  TIMESTEP_RULES,
  type TimestepVariant,
} from '@isonoise/schedule';
import * as v from 'valibot';

const variants = {
  offset: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  omitLast: v.exactOptional(v.boolean()),
  fractional: v.exactOptional(v.boolean()),
} satisfies Readonly<Record<keyof TimestepVariant, unknown>>;

const rule = v.strictObject({
  rule: v.picklist(SPACINGS),
  ...variants,
  within: v.exactOptional(v.strictObject({ rule: v.picklist(TIMESTEP_RULES), ...variants })),
  end: v.exactOptional(v.picklist(RUN_ENDS)),
} satisfies Readonly<Record<keyof SpacingRule, unknown>>);

/** Schema of the spacing of a request: a name, a rule with variants, or a list of at most `longest` times. */
export function spacingSchema(longest: number): v.GenericSchema<SpacingChoice> {
  const times = v.array(v.pipe(v.number(), v.minValue(0), v.maxValue(longest)));
  return v.union([v.picklist(SPACINGS), v.pipe(times, v.nonEmpty(), v.maxLength(longest)), rule]);
}
