import {
  clipSetting,
  type GivenSettings,
  GUIDANCE_EXPECTED,
  isGuidance,
  isValueOf,
  type SamplerName,
  type SettingName,
  samplerNames,
  settingNames,
  settingOf,
  settingsOf,
} from '@isonoise/sampler';
import { SPACINGS, type Spacing, type SpacingRule } from '@isonoise/schedule';
import * as v from 'valibot';
import { exactObject, finite, positiveWhole } from './schema.ts';
import { spacingRuleSchema } from './spacing-schema.ts';

/** The default way to sample a model. */
export interface SamplerChoice {
  /** Name of the sampler; null selects the default sampler of isonoise. */
  readonly sampler: SamplerName | null;
  /** Settings of the sampler that differ from its defaults. */
  readonly settings: GivenSettings;
  /** Number of steps; null selects the sampler's default. */
  readonly steps: number | null;
  /** Spacing of the timesteps: the name of a rule, or a rule with variants. */
  readonly spacing: Spacing | SpacingRule;
  /** Range [-clip, clip] to which x_0 is clipped; false turns clipping off. */
  readonly clip: number | false;
  /**
   * Recommended guidance scale for images of a class or with tags, as in `GUIDANCE_RANGE`; null selects the default of
   * isonoise. Only a model that can guide itself has one.
   */
  readonly guidance: number | null;
}

/**
 * Key of the note in scheduler_config.json for settings without a key in the diffusers class, such as the number of
 * steps. diffusers ignores the note.
 */
export const NOTE_KEY = '_isonoise';

const spacing: v.GenericSchema<Spacing | SpacingRule> = v.union([v.picklist(SPACINGS), spacingRuleSchema]);

const isSettingName = (name: string): name is SettingName => settingNames.some((known) => known === name);

const settings = v.pipe(
  v.record(v.string(), v.union([v.number(), v.boolean(), v.string(), v.null()])),
  v.check(
    (given) =>
      Object.entries(given).every(
        ([name, value]) => isSettingName(name) && isValueOf(settingOf(name), value),
      ),
    (issue) => `got ${JSON.stringify(issue.input)}; expected settings of samplers with values in range`,
  ),
);

/** Schema of the note, which contains the fields of a {@link SamplerChoice} that the keys cannot express. */
export const noteSchema: v.GenericSchema<unknown> = v.pipe(
  exactObject({
    sampler: v.exactOptional(v.nullable(v.picklist(samplerNames))),
    settings: v.exactOptional(settings),
    steps: v.exactOptional(v.nullable(positiveWhole)),
    spacing: v.exactOptional(spacing),
    clip: v.exactOptional(v.union([v.pipe(finite, v.gtValue(clipSetting.above)), v.literal(false)])),
    guidance: v.exactOptional(
      v.pipe(
        v.number(),
        v.check((value) => isGuidance(value), `expected ${GUIDANCE_EXPECTED}`),
      ),
    ),
  }),
  v.check(
    ({ sampler, settings: given = {} }) =>
      sampler === undefined ||
      sampler === null ||
      Object.keys(given).every((name) => settingsOf(sampler).some((known) => known === name)),
    'expected settings of the sampler',
  ),
);

export type SchedulerNote = Partial<SamplerChoice>;
