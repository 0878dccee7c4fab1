import type { BooleanSetting, ChoiceSetting, Setting } from '@isonoise/sampler';
import type { JSX } from 'preact';
import { asSentence } from '../text/format.ts';
import { SelectField } from '../ui/select-field.tsx';
import { TextField } from '../ui/text-field.tsx';

interface SettingFieldProps {
  readonly setting: Setting;
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}

/** The field of a setting; its declaration determines the control. */
export function SettingField({ setting, value, error, onChange }: SettingFieldProps): JSX.Element {
  const hint = asSentence(hintOf(setting));
  if (setting.kind === 'boolean' || setting.kind === 'choice') {
    const options = optionsOf(setting);
    return <SelectField label={setting.label} {...{ hint, error, value, options, onChange }} />;
  }
  const label = setting.unit === undefined ? setting.label : `${setting.label} (${setting.unit})`;
  // A numeric keyboard has no letters.
  const numeric = setting.none === undefined;
  return <TextField onInput={onChange} {...{ label, hint, value, error, numeric }} />;
}

function hintOf(setting: Setting): string {
  const none = 'none' in setting ? setting.none : undefined;
  return none === undefined ? setting.help : `${setting.help}; none for ${none}`;
}

function optionsOf(setting: BooleanSetting | ChoiceSetting): { value: string; text: string }[] {
  const usual = setting.fromModel === true ? [{ value: '', text: 'The model’s' }] : [];
  if (setting.kind === 'boolean') {
    return [...usual, { value: 'true', text: 'Yes' }, { value: 'false', text: 'No' }];
  }
  return [...usual, ...Object.entries(setting.choices).map(([value, text]) => ({ value, text }))];
}
