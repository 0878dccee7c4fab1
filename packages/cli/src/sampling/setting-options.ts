import {
  choicesOf,
  clipSetting,
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
import { type Command, InvalidArgumentError, Option } from 'commander';
import { dashed } from '../terminal/dashed.ts';

/** Adds `--clip` and an option for each setting of the samplers. */
export function addSettingOptions(command: Command): void {
  for (const option of [clipOption(), ...settingOptions()]) command.addOption(option);
  // The parsers return null for `none`, but commander stores null as ''. No other text is stored as ''.
  command.hook('preAction', (_, acting) => {
    for (const name of ['clip', ...settingNames]) {
      if (acting.getOptionValue(name) === '') acting.setOptionValueWithSource(name, null, 'cli');
    }
  });
}

/**
 * Creates an option for each setting of the samplers, such as `--eta <number>`. A boolean setting has two options,
 * `--x` and `--no-x`.
 */
function settingOptions(): readonly Option[] {
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

/**
 * Creates the options of guidance, such as `--guidance-rescale <number>`, except `--guidance` and `--guide`.
 */
export function guidanceOptions(): readonly Option[] {
  return guidanceSettingNames.map((name) => {
    const setting: NumberSetting = guidanceSettings[name];
    const help = `${setting.help} (default: ${describeGuidanceDefault(name)})`;
    return new Option(`${dashed(name)} <${placeholder(setting)}>`, help).argParser((text) =>
      parse(setting, text),
    );
  });
}

/** Creates the option `--clip <number>`. Its value is null for `none`. */
function clipOption(): Option {
  const setting: NumberSetting = clipSetting;
  return new Option(
    `--clip <${placeholder(setting)}>`,
    `${setting.help} (${range(setting)}default: the model's)`,
  ).argParser((text) => parse(setting, text));
}

/** Returns the text of an option for the help. A boolean option and its opposite share a line. */
export function optionTerm({ flags, long }: Option): string {
  const isPair = settingNames.some((name) => settingOf(name).kind === 'boolean' && dashed(name) === long);
  return isPair ? flags.replace(/^--/, '--[no-]') : flags;
}

/** Describes the limits of a number, for the help. For other options, commander adds the choices. */
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
