import {
  expectedOf,
  type GivenSettings,
  isOff,
  mapSettings,
  readSetting,
  type SamplerName,
  type SamplerSettings,
  type SettingName,
  samplers,
  settingConflict,
  settingOf,
  settingsOf,
  settingText,
} from '@isonoise/sampler';
import { asSentence } from '../text/format.ts';

/** The settings of samplers as the form and links hold them; `''` if a setting is not given. */
export type SettingTexts = { readonly [K in SettingName]: string };

/** The initial texts of a sampler's settings: its defaults, or `''` if the model gives the default. */
export function settingTexts(sampler: SamplerName): SettingTexts {
  const { settings } = samplers[sampler];
  return mapSettings(({ fromModel }, name) => {
    const usual = settings[name];
    return fromModel === true || usual === undefined ? '' : settingText(usual);
  });
}

/** Returns the texts of a model's sampler settings, without settings whose default comes from the model. */
export const givenTexts = (settings: GivenSettings): Partial<SettingTexts> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) =>
      value === undefined || settingOf(name as SettingName).fromModel === true
        ? []
        : [[name, settingText(value)]],
    ),
  );

/**
 * Parses the settings that differ from the defaults of the sampler. Errors are worded for the form.
 */
export function readSettings(
  sampler: SamplerName,
  texts: SettingTexts,
): { readonly settings: GivenSettings; readonly errors: Partial<SettingTexts> } {
  const usual = settingTexts(sampler);
  const read = settingsOf(sampler)
    .filter((name) => texts[name] !== usual[name])
    .map((name) => ({ name, value: readSetting(settingOf(name), texts[name]) }));
  const wrong = read.filter(({ value }) => value === undefined);
  const given = read.filter(({ name, value }) => value !== undefined && settingText(value) !== usual[name]);
  return {
    settings: Object.fromEntries(given.map(({ name, value }) => [name, value])) as GivenSettings,
    errors: Object.fromEntries(wrong.map(({ name }) => [name, asSentence(expectedOf(settingOf(name)))])),
  };
}

/**
 * Returns the error of a setting that contradicts another setting of the form or the model; empty if there is none.
 *
 * @param usual values of the settings that the form leaves to the model
 */
export function conflictError(
  sampler: SamplerName,
  given: GivenSettings,
  usual: GivenSettings,
): Partial<SettingTexts> {
  const conflict = settingConflict(sampler, given, usual);
  if (conflict === null) return {};
  const { relation, name, other } = conflict;
  const { label, kind } = settingOf(other);
  if (relation === 'atMost') return { [name]: `At most the value of “${label}”.` };
  return { [name]: `This has no effect while “${label}” is ${kind === 'boolean' ? 'off' : '0'}.` };
}

/**
 * Returns the settings of a sampler that the form shows. A setting that depends on another one is shown if that one is
 * on, or if its own value differs from the default.
 *
 * @param usual values of the settings that the form leaves to the model
 */
export function shownSettings(
  sampler: SamplerName,
  texts: SettingTexts,
  usual: SamplerSettings,
): readonly SettingName[] {
  const names = settingsOf(sampler);
  const initial = settingTexts(sampler);
  return names.filter((name) => {
    const needed = names.find((each) => each === settingOf(name).needs);
    if (needed === undefined || texts[name] !== initial[name]) return true;
    return !isOff(texts[needed] === '' ? usual[needed] : readSetting(settingOf(needed), texts[needed]));
  });
}
