interface Described {
  /** Label of its field on the page. */
  readonly label: string;
  /** Description in one line, without a full stop. */
  readonly help: string;
  /** Whether models contain a value for it, which replaces the sampler's default. */
  readonly fromModel?: true;
  /** A setting that must be true, or above 0, for this one to have an effect. */
  readonly needs?: string;
  /** A setting whose number this one must not exceed. */
  readonly atMost?: string;
}

/** A number in [least, most], or greater than `above`; without limits, any finite number. */
export interface NumberSetting extends Described {
  readonly kind: 'number' | 'integer';
  readonly least?: number;
  /** Exclusive lower limit, instead of `least`. */
  readonly above?: number;
  readonly most?: number;
  /** Meaning of null ({@link NO_NUMBER} as text). Absent if the setting requires a number. */
  readonly none?: string;
  /** Unit of the number, such as `steps`. */
  readonly unit?: string;
}

export interface BooleanSetting extends Described {
  readonly kind: 'boolean';
}

export interface ChoiceSetting extends Described {
  readonly kind: 'choice';
  /** Displayed text of each choice, by name. */
  readonly choices: Readonly<Record<string, string>>;
}

/**
 * The declaration of a setting. Everything else is derived from it: its type, the checks of plans and requests, the HTTP
 * schema, the option of the command line, the field of the page and the parameter of its links.
 */
export type Setting = NumberSetting | BooleanSetting | ChoiceSetting;

/** The values of a setting with the declaration D. */
export type ValueOf<D extends Setting> = D extends NumberSetting
  ? D extends { readonly none: string }
    ? number | null
    : number
  : D extends BooleanSetting
    ? boolean
    : D extends ChoiceSetting
      ? keyof D['choices'] & string
      : never;

/** A value of any setting. */
export type SettingValue = number | boolean | string | null;

/** Text for null in forms, on the command line and in links. */
const NO_NUMBER = 'none';

/** The names of the choices of a setting. */
export const choicesOf = ({ choices }: ChoiceSetting): readonly string[] => Object.keys(choices);

/**
 * Describes the values of a setting, for errors: "a number from 0 to 1".
 *
 * @param none text for null, which differs between typed text and JSON
 */
export function expectedOf(setting: Setting, none: 'none' | 'null' = NO_NUMBER): string {
  if (setting.kind === 'boolean') return 'true or false';
  if (setting.kind === 'choice') return either(choicesOf(setting).map((name) => JSON.stringify(name)));
  const number = expectedNumber(setting);
  return setting.none === undefined ? number : `${number}, or ${none} for ${setting.none}`;
}

function expectedNumber({ kind, least, above, most }: NumberSetting): string {
  const noun = kind === 'number' ? 'a number' : 'a whole number';
  if (above !== undefined) return `${noun} above ${above}${most === undefined ? '' : `, at most ${most}`}`;
  if (least !== undefined && most !== undefined) return `${noun} from ${least} to ${most}`;
  if (least !== undefined) return `${noun}, at least ${least}`;
  return most === undefined ? noun : `${noun}, at most ${most}`;
}

/** Whether a value is valid for a setting. −0 is not valid, because JSON cannot represent it. */
export function isValueOf(setting: Setting, value: unknown): boolean {
  if (setting.kind === 'boolean') return typeof value === 'boolean';
  if (setting.kind === 'choice') return typeof value === 'string' && Object.hasOwn(setting.choices, value);
  const { least = -Infinity, above = -Infinity, most = Infinity } = setting;
  if (value === null) return setting.none !== undefined;
  const isOfKind = setting.kind === 'number' ? Number.isFinite(value) : Number.isSafeInteger(value);
  if (typeof value !== 'number' || !isOfKind || Object.is(value, -0)) return false;
  return value >= least && value > above && value <= most;
}

/** Parses a value from typed text or a link; undefined if it is not valid for the setting. */
export function readSetting(setting: Setting, text: string): SettingValue | undefined {
  const value = valueOfText(setting, text);
  return isValueOf(setting, value) ? value : undefined;
}

/** Writes a value as text that {@link readSetting} parses. */
export const settingText = (value: SettingValue): string => (value === null ? NO_NUMBER : String(value));

function valueOfText({ kind }: Setting, text: string): SettingValue {
  if (kind === 'choice') return text;
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (text === NO_NUMBER) return null;
  return text.trim() === '' ? text : Number(text);
}

/** Joins alternatives: "a", "a or b", "a, b or c". */
function either(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}
