import {
  choicesOf,
  clipSetting,
  describeDefaults,
  describeGuidanceDefault,
  describeTakers,
  type GuidanceSettingName,
  mapGuidanceSettings,
  mapSettings,
  type NumberSetting,
  type Setting,
  type SettingName,
  type SettingValue,
  type SettingValues,
} from '@isonoise/sampler';
import * as v from 'valibot';

function schemaOf(setting: Setting): v.GenericSchema<SettingValue> {
  if (setting.kind === 'boolean') return v.boolean();
  if (setting.kind === 'choice') return v.picklist(choicesOf(setting));
  return setting.none === undefined ? numberSchema(setting) : v.nullable(numberSchema(setting));
}

function numberSchema({ kind, least, above, most }: NumberSetting): v.GenericSchema<number> {
  let schema: v.GenericSchema<number> = v.pipe(v.number(), kind === 'integer' ? v.integer() : v.finite());
  if (least !== undefined) schema = v.pipe(schema, v.minValue(least));
  if (above !== undefined) schema = v.pipe(schema, v.gtValue(above));
  if (most !== undefined) schema = v.pipe(schema, v.maxValue(most));
  return schema;
}

function describe(name: SettingName, setting: Setting): string {
  return asText(setting, `For ${describeTakers(name)}. Default: ${describeDefaults(name, 'null')}.`);
}

function asText(setting: Setting, more: string, noNumber: 'null' | 'false' = 'null'): string {
  const unit = 'unit' in setting ? `, in ${setting.unit}` : '';
  const none = 'none' in setting ? `; ${noNumber} for ${setting.none}` : '';
  const text = `${setting.help}${unit}${none}. ${more}`;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

type SettingEntries = {
  readonly [K in SettingName]: v.ExactOptionalSchema<v.GenericSchema<SettingValues[K]>, undefined>;
};

/** The settings of samplers as fields of a body. */
export const settingEntries: SettingEntries = mapSettings((setting, name) =>
  v.exactOptional(v.pipe(schemaOf(setting), v.description(describe(name, setting)))),
) as SettingEntries;

type GuidanceEntries = {
  readonly [K in GuidanceSettingName]: v.ExactOptionalSchema<v.GenericSchema<number>, undefined>;
};

/** The settings of guidance as fields of a body. */
export const guidanceEntries: GuidanceEntries = mapGuidanceSettings((setting, name) => {
  const description = asText(setting, `Requires guidance. Default: ${describeGuidanceDefault(name)}.`);
  return v.exactOptional(v.pipe(numberSchema(setting), v.description(description)));
});

/** The limit on estimates of x_0, as a field of a body; `false`, not null, means no limit. */
export const clipEntry: v.ExactOptionalSchema<v.GenericSchema<number | false>, undefined> = v.exactOptional(
  v.pipe(
    v.union([numberSchema(clipSetting), v.literal(false)]),
    v.description(asText(clipSetting, "Default: the model's.", 'false')),
  ),
);
