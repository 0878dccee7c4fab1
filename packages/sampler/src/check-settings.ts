import { showValue } from '@isonoise/error';
import type { Fail } from './plan-limits.ts';
import { type SamplerName, settingsOf } from './sampler-table.ts';
import { expectedOf, isValueOf } from './setting.ts';
import { type GivenSettings, pickSettings, settingOf } from './settings.ts';

/**
 * Checks the settings of a sampler: their names and values.
 *
 * @param value untrusted settings, such as those of a saved run
 * @param fail throws the caller's error with the given problem
 * @returns a frozen copy
 */
export function checkSettings(sampler: SamplerName, value: unknown, fail: Fail): GivenSettings {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail(`settings is ${showValue(value)}; expected an object.`);
  }
  const known = settingsOf(sampler);
  for (const name of Object.keys(value)) {
    if (!known.some((each) => each === name)) {
      const expected = known.length === 0 ? 'no settings' : known.join(', ');
      fail(`unknown setting ${showValue(name)} for sampler "${sampler}"; expected ${expected}.`);
    }
  }
  const given: GivenSettings = value;
  for (const name of known) {
    const setting = settingOf(name);
    if (given[name] !== undefined && !isValueOf(setting, given[name])) {
      fail(`${name} is ${showValue(given[name])}; expected ${expectedOf(setting, 'null')}.`);
    }
  }
  return Object.freeze(pickSettings(given));
}
