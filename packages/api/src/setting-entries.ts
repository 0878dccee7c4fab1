import {
  choicesOf,
  describeDefaults,
  mapSettings,
  type Setting,
  type SettingName,
  type SettingValue,
  type SettingValues,
  samplersWith,
} from '@isonoise/sampler';
import * as v from 'valibot';

function schemaOf(setting: Setting): v.GenericSchema<SettingValue> {
  if (setting.kind === 'boolean') return v.boolean();
  if (setting.kind === 'choice') return v.picklist(choicesOf(setting));
  const { kind, least, most } = setting;
  let schema: v.GenericSchema<number> = kind === 'integer' ? v.pipe(v.number(), v.integer()) : v.number();
  if (least !== undefined) schema = v.pipe(schema, v.minValue(least));
  if (most !== undefined) schema = v.pipe(schema, v.maxValue(most));
  return schema;
}

function describe(name: SettingName, setting: Setting): string {
  const unit = 'unit' in setting ? `, in ${setting.unit}` : '';
  const text = `${setting.help}${unit}. For ${samplersWith(name).join(', ')}. Default: ${describeDefaults(name)}.`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

type SettingEntries = {
  readonly [K in SettingName]: v.ExactOptionalSchema<v.GenericSchema<SettingValues[K]>, undefined>;
};

/** The settings of samplers as fields of a body. */
export const settingEntries: SettingEntries = mapSettings((setting, name) =>
  v.exactOptional(v.pipe(schemaOf(setting), v.description(describe(name, setting)))),
) as SettingEntries;
