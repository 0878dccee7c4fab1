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

/** Adds `--clip` and the options of the samplers' settings. */
export function addSettingOptions(command: Command): void {
  for (const option of [clipOption(), ...settingOptions()]) command.addOption(option);
  // commander replaces null, the value of `none`, by ''. No other text is parsed as ''.
  command.hook('preAction', (_, acting) => {
    for (const name of ['clip', ...settingNames]) {
      if (acting.getOptionValue(name) === '') acting.setOptionValueWithSource(name, null, 'cli');
    }
  });
}

/** Creates the options of the samplers' settings: `--eta <number>`, and a pair `--x`, `--no-x` for a boolean. */
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

/** Creates the guidance options other than the scale and the guide, such as `--guidance-rescale <number>`. */
export function guidanceOptions(): readonly Option[] {
  return guidanceSettingNames.map((name) => {
    const setting: NumberSetting = guidanceSettings[name];
    const help = `${setting.help} (default: ${describeGuidanceDefault(name)})`;
    return new Option(`${dashed(name)} <${placeholder(setting)}>`, help).argParser((text) =>
      parse(setting, text),
    );
  });
}

/** Creates the option `--clip <number>`; its value is null for `none`. */
function clipOption(): Option {
  const setting: NumberSetting = clipSetting;
  return new Option(
    `--clip <${placeholder(setting)}>`,
    `${setting.help} (${range(setting)}default: the model's)`,
  ).argParser((text) => parse(setting, text));
}

/** Returns an option as the help shows it: a boolean option and its opposite share a line. */
export function optionTerm({ flags, long }: Option): string {
  const isPair = settingNames.some((name) => settingOf(name).kind === 'boolean' && dashed(name) === long);
  return isPair ? flags.replace(/^--/, '--[no-]') : flags;
}

/** Describes the limits of a number; commander itself adds the choices of other options to the help. */
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
