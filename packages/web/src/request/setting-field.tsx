import type { BooleanSetting, ChoiceSetting, Setting, SettingValue } from '@isonoise/sampler';
import type { JSX } from 'preact';
import { SelectField } from '../ui/select-field.tsx';
import { TextField } from '../ui/text-field.tsx';
import { hintOf, labelOf, showSetting } from './setting-hint.ts';

interface SettingFieldProps {
  readonly setting: Setting;
  readonly value: string;
  /** Value that the setting has if a request does not give it; undefined if this value is not known. */
  readonly usual: SettingValue | undefined;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

/** The field of a setting. The declaration of the setting determines the control. */
export function SettingField({ setting, value, usual, error, onChange }: SettingFieldProps): JSX.Element {
  const hint = hintOf(setting, value, usual);
  if (setting.kind === 'boolean' || setting.kind === 'choice') {
    const options = optionsOf(setting, usual);
    return <SelectField label={setting.label} {...{ hint, error, value, options, onChange }} />;
  }
  const label = labelOf(setting);
  // A numeric keyboard has no letters, which the word for "none" needs.
  const numeric = setting.none === undefined;
  return (
    <TextField
      onInput={onChange}
      placeholder={setting.fromModel === true ? ofModel(setting, usual) : undefined}
      {...{ label, hint, value, error, numeric }}
    />
  );
}

/** The text of the option that uses the model's value. */
const ofModel = (setting: Setting, usual: SettingValue | undefined): string =>
  usual === undefined ? 'The model’s' : `The model’s: ${showSetting(setting, usual)}`;

function optionsOf(
  setting: BooleanSetting | ChoiceSetting,
  usual: SettingValue | undefined,
): { value: string; text: string }[] {
  const own = setting.fromModel === true ? [{ value: '', text: ofModel(setting, usual) }] : [];
  const values = setting.kind === 'boolean' ? [true, false] : Object.keys(setting.choices);
  return [...own, ...values.map((value) => ({ value: String(value), text: sentenceCase(setting, value) }))];
}

/** The text of an option. The texts of choices come from their declaration; "Yes" and "No" are capitalized here. */
const sentenceCase = (setting: Setting, value: SettingValue): string => {
  if (setting.kind !== 'boolean') return showSetting(setting, value);
  return value === true ? 'Yes' : 'No';
};
