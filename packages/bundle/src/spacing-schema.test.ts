import { RUN_ENDS, SPACINGS, type SpacingRule, TIMESTEP_RULES } from '@isonoise/schedule';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { spacingRuleSchema } from './spacing-schema.ts';

describe('the schema of a spacing', () => {
  it('accepts each rule, each variant and each end', () => {
    const rules: readonly SpacingRule[] = [
      ...SPACINGS.map((rule) => ({ rule })),
      ...TIMESTEP_RULES.map((rule) => ({ rule, offset: 1, omitLast: true, fractional: false })),
      ...TIMESTEP_RULES.map((rule) => ({ rule: 'karras' as const, within: { rule, offset: 0 } })),
      ...RUN_ENDS.map((end) => ({ rule: 'linspace' as const, end })),
    ];
    for (const rule of rules) expect(v.parse(spacingRuleSchema, rule)).toEqual(rule);
  });

  it.each([
    ['an unknown rule', { rule: 'even' }, 'rule'],
    ['a grid within a grid', { rule: 'karras', within: { rule: 'lu' } }, 'within.rule'],
    ['an offset below 0', { rule: 'leading', offset: -1 }, 'offset'],
    ['an offset with a fraction', { rule: 'leading', offset: 0.5 }, 'offset'],
    ['an unknown end', { rule: 'leading', end: 'noise' }, 'end'],
    ['an unknown key', { rule: 'leading', offsett: 1 }, 'offsett'],
    ['an unknown key inside within', { rule: 'lu', within: { rule: 'leading', end: 'image' } }, 'within.end'],
  ])('rejects %s: %j', (_what, rule, path) => {
    const { issues } = v.safeParse(spacingRuleSchema, rule);
    expect(issues?.map((issue) => v.getDotPath(issue))).toEqual([path]);
  });
});
