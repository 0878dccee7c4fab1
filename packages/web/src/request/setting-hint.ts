import { type NumberSetting, type Setting, type SettingValue, settingText } from '@isonoise/sampler';
import { asSentence } from '../text/format.ts';

/** The label of a field, followed by the unit unless the label already contains it. */
export function labelOf({ label, unit }: Pick<NumberSetting, 'label' | 'unit'>): string {
  return unit === undefined || label.toLowerCase().includes(unit) ? label : `${label} (${unit})`;
}

/** Shows a value of a setting in words. */
export function showSetting(setting: Setting, value: SettingValue): string {
  if (setting.kind === 'boolean') return value === true ? 'yes' : 'no';
  if (setting.kind === 'choice') return setting.choices[String(value)] ?? String(value);
  return value === null ? (setting.none ?? '') : String(value);
}

/**
 * Returns the text below the field of a setting: its meaning, and the default if the value differs from it.
 *
 * @param usual the default; undefined if it is not known
 */
export function hintOf(setting: Setting, value: string, usual: SettingValue | undefined): string {
  const none = 'none' in setting ? setting.none : undefined;
  const help = asSentence(none === undefined ? setting.help : `${setting.help}; none for ${none}`);
  const isOfModel = value === '' && setting.fromModel === true;
  if (usual === undefined || isOfModel || value === settingText(usual)) return help;
  return `${help} Default: ${showSetting(setting, usual)}.`;
}
