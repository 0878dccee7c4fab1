import {
  expectedOf,
  type GuidanceSettingName,
  type GuidanceSettings,
  guidanceSettingNames,
  guidanceSettings,
  mapGuidanceSettings,
  readSetting,
} from '@isonoise/sampler';
import { asSentence } from '../text/format.ts';

/** The settings of guidance as the form and links hold them; `''` if a setting is not given. */
export type GuidanceTexts = { readonly [K in GuidanceSettingName]: string };

export const NO_GUIDANCE_TEXTS: GuidanceTexts = mapGuidanceSettings(() => '');

/** Parses the settings that are given. Errors are worded for the form. */
export function readGuidance(texts: GuidanceTexts): {
  readonly settings: GuidanceSettings;
  readonly errors: Partial<GuidanceTexts>;
} {
  const read = guidanceSettingNames
    .filter((name) => texts[name].trim() !== '')
    .map((name) => ({ name, value: readSetting(guidanceSettings[name], texts[name]) }));
  const wrong = read.filter(({ value }) => value === undefined);
  const settings: GuidanceSettings = Object.fromEntries(read.map(({ name, value }) => [name, value]));
  const errors: Partial<GuidanceTexts> = Object.fromEntries(
    wrong.map(({ name }) => [name, asSentence(expectedOf(guidanceSettings[name]))]),
  );
  const { guidanceLow = 0, guidanceHigh = Number.POSITIVE_INFINITY } = settings;
  if (wrong.length > 0 || guidanceLow < guidanceHigh) return { settings, errors };
  return { settings, errors: { guidanceHigh: 'Above the lower limit.' } };
}
