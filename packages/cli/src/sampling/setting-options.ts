import {
  choicesOf,
  describeDefaults,
  describeGuidanceDefault,
  expectedOf,
  guidanceSettingNames,
  guidanceSettings,
  type NumberSetting,
  readSetting,
  type Setting,
  type SettingValue,
  settingNames,
  settingOf,
} from '@isonoise/sampler';
import { InvalidArgumentError, Option } from 'commander';
import { dashed } from '../terminal/dashed.ts';

/** Creates the options of the samplers' settings: `--eta <number>`, and a pair `--x`, `--no-x` for a boolean. */
export function settingOptions(): readonly Option[] {
  return settingNames.flatMap((name) => {
    const setting = settingOf(name);
    const help = `${setting.help} (${range(setting)}default: ${describeDefaults(name)})`;
    if (setting.kind === 'boolean') {
      return [new Option(dashed(name), help), new Option(dashed(name, false)).hideHelp()];
    }
    const option = new Option(`${dashed(name)} <${placeholder(setting)}>`, help);
    if (setting.kind === 'choice') option.choices(choicesOf(setting));
    return [option.argParser((text) => parse(setting, text))];
  });
}

/** Creates the options of guidance besides its scale and guide, such as `--guidance-rescale <number>`. */
export function guidanceOptions(): readonly Option[] {
  return guidanceSettingNames.map((name) => {
    const setting: NumberSetting = guidanceSettings[name];
    const help = `${setting.help} (default: ${describeGuidanceDefault(name)})`;
    return new Option(`${dashed(name)} <${placeholder(setting)}>`, help).argParser((text) =>
      parse(setting, text),
    );
  });
}

/** The option as help shows it: a boolean and its opposite share a line. */
export function optionTerm({ flags, long }: Option): string {
  const isPair = settingNames.some((name) => settingOf(name).kind === 'boolean' && dashed(name) === long);
  return isPair ? flags.replace(/^--/, '--[no-]') : flags;
}

/** The limits of a number; help shows choices by itself. */
function range(setting: Setting): string {
  return setting.kind === 'number' || setting.kind === 'integer' ? `${expectedOf(setting)}; ` : '';
}

function placeholder(setting: Exclude<Setting, { kind: 'boolean' }>): string {
  if (setting.kind === 'choice') return 'kind';
  return setting.unit ?? (setting.kind === 'integer' ? 'n' : 'number');
}

function parse(setting: Setting, text: string): SettingValue {
  const value = readSetting(setting, text);
  if (value !== undefined) return value;
  throw new InvalidArgumentError(`Expected ${expectedOf(setting)}.`);
}
