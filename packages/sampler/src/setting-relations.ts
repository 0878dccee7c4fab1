import { showValue } from '@isonoise/error';
import { type SamplerName, samplers } from './sampler-table.ts';
import type { SettingValue } from './setting.ts';
import {
  type GivenSettings,
  pickSettings,
  type SamplerSettings,
  type SettingName,
  settingNames,
  settingOf,
} from './settings.ts';

/**
 * Two settings that contradict each other: `name` has no effect because `other` is off (`needs`), or the value of `name`
 * exceeds that of `other` (`atMost`).
 */
export interface SettingConflict {
  readonly relation: 'needs' | 'atMost';
  readonly name: SettingName;
  readonly value: SettingValue;
  readonly other: SettingName;
  readonly otherValue: SettingValue;
}

/** Whether a value turns off the effect of a setting. */
export const isOff = (value: SettingValue | undefined): boolean => value === false || value === 0;

/**
 * Finds the first contradiction between two settings. A setting with its default value is never reported.
 *
 * @param given valid settings of the sampler
 * @param usual values that replace the sampler's defaults, such as those of a model
 */
export function settingConflict(
  sampler: SamplerName,
  given: SamplerSettings,
  usual: SamplerSettings = {},
): SettingConflict | null {
  const defaults: SamplerSettings = samplers[sampler].settings;
  const settled = (name: SettingName): SettingValue | undefined =>
    given[name] ?? (given[name] === null ? null : (usual[name] ?? defaults[name]));
  for (const name of settingNames) {
    const [value, { needs, atMost }] = [settled(name), settingOf(name)];
    if (value === undefined) continue;
    const needed = settingNames.find((each) => each === needs);
    const isChanged = given[name] !== undefined && given[name] !== defaults[name];
    if (needed !== undefined && isChanged && isOff(settled(needed)))
      return { relation: 'needs', name, value, other: needed, otherValue: settled(needed) ?? false };
    const upper = settingNames.find((each) => each === atMost);
    const limit = upper === undefined ? null : settled(upper);
    const isGiven = given[name] !== undefined || (upper !== undefined && given[upper] !== undefined);
    if (upper !== undefined && isGiven && typeof limit === 'number' && Number(value) > limit)
      return { relation: 'atMost', name, value, other: upper, otherValue: limit };
  }
  return null;
}

/** Describes a conflict with the names of the library. */
export function conflictText({ relation, name, value, other, otherValue }: SettingConflict): string {
  const found = `${name} is ${showValue(value)}, but ${other} is ${showValue(otherValue)}`;
  if (relation === 'atMost') return `${found}; expected ${name} at most ${other}.`;
  const on = settingOf(other).kind === 'boolean' ? 'true' : 'above 0';
  return `${found}; expected ${other} ${on}, without which ${name} has no effect. Set ${other}, or omit ${name}.`;
}

/** Removes settings that have no effect, because the setting that they need is off. */
export function withoutIdle(settings: SamplerSettings, given: SamplerSettings): GivenSettings {
  const all: GivenSettings = { ...pickSettings(settings), ...pickSettings(given) };
  const kept = Object.entries(pickSettings(settings)).filter(([name]) => {
    const needed = settingNames.find((each) => each === settingOf(name as SettingName).needs);
    return needed === undefined || !isOff(all[needed]);
  });
  return Object.fromEntries(kept);
}
