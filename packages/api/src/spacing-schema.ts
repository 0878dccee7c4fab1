import { spacingRuleSchema } from '@isonoise/bundle';
import { SPACINGS, type SpacingChoice } from '@isonoise/schedule';
import * as v from 'valibot';

/**
 * Returns the schema of a request's spacing: a name, a rule with its options, or a list of times.
 *
 * @param longest maximum length of the list, and maximum of each time
 */
export function spacingSchema(longest: number): v.GenericSchema<SpacingChoice> {
  const times = v.array(v.pipe(v.number(), v.minValue(0), v.maxValue(longest)));
  return v.union([
    v.picklist(SPACINGS),
    v.pipe(times, v.nonEmpty(), v.maxLength(longest)),
    spacingRuleSchema,
  ]);
}
