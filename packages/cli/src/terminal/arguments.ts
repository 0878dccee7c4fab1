import { parseImageSize, sizeText } from '@isonoise/data';
import { GUIDANCE_EXPECTED, isGuidance } from '@isonoise/sampler/guidance-range';
import { InvalidArgumentError } from 'commander';

/** Parsers of option values. commander turns their errors into usage errors that name the option. */

/** A whole number in [least, most]. */
export function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Expected a whole number, ${range}.`);
  };
}

/** The size of images: a number for a square, or text such as `64x32`. */
export function imageSize(most: number): (text: string) => number | string {
  return (text) => {
    const size = parseImageSize(text, most);
    if (size !== undefined) return size.width === size.height ? size.width : sizeText(size);
    throw new InvalidArgumentError(
      `Expected pixels from 1 to ${most}: one number for a square such as 32, or width and height such as 64x32.`,
    );
  };
}

/** The size of the cells of an atlas, as text with width and height: `16x16`. */
export function cellSize(most: number): (text: string) => string {
  return (text) => {
    const size = parseImageSize(text, most);
    if (size !== undefined) return `${size.width}x${size.height}`;
    throw new InvalidArgumentError(
      `Expected width and height of a cell, such as 16x16, from 1 to ${most} pixels.`,
    );
  };
}

/** A finite number in [least, most]. */
export function real(least: number, most: number = Number.POSITIVE_INFINITY): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value >= least && value <= most) return value;
    const range = most === Number.POSITIVE_INFINITY ? `at least ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`Expected a number, ${range}.`);
  };
}

/**
 * A kind with settings after colons, such as `logit-normal:0:1`. Trailing settings may be left out.
 *
 * @param kinds names of the settings of each kind, in their order
 */
export function kindWith<const K extends string>(
  kinds: Readonly<Record<K, readonly string[]>>,
): (text: string) => Readonly<Record<string, string | number>> & { readonly kind: K } {
  return (text) => {
    const [kind = '', ...given] = text.split(':');
    const names = Object.hasOwn(kinds, kind) ? kinds[kind as K] : undefined;
    const values = given.map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
    if (names !== undefined && values.length <= names.length && values.every(Number.isFinite)) {
      const settings = values.map((value, i) => [names[i] as string, value] as const);
      return { ...Object.fromEntries(settings), kind: kind as K };
    }
    const forms = (Object.entries(kinds) as [K, readonly string[]][]).map(([each, settings]) =>
      [each, ...settings.map((name) => `[:${name}`)].join('').concat(']'.repeat(settings.length)),
    );
    throw new InvalidArgumentError(`Expected ${forms.join(', ')}; settings are numbers.`);
  };
}

/** A list of whole numbers above 0, such as `32,64,64`. */
export function wholeList(text: string): readonly number[] {
  const values = text.split(',').map((part) => part.trim());
  if (values.every((part) => /^[1-9]\d*$/.test(part))) return values.map(Number);
  throw new InvalidArgumentError('Expected whole numbers above 0, separated by commas, like 32,64,64.');
}

/** A list of names, such as `cat, heart`. */
export function nameList(text: string): readonly string[] {
  const names = text.split(',').map((part) => part.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('Expected names separated by commas, like "cat, heart".');
}

/** Lists of names, separated by semicolons, such as `cat; heart, red`. */
export function nameLists(text: string): readonly (readonly string[])[] {
  return text.split(';').map(nameList);
}

/** A seed from 0 to 2⁶⁴ − 1, kept as digits because a JavaScript number cannot represent all of them. */
export function seedDigits(text: string): string {
  if (/^\d{1,20}$/.test(text) && BigInt(text) < 1n << 64n) return text;
  throw new InvalidArgumentError('Expected a whole number from 0 to 18446744073709551615.');
}

/**
 * A finite number above 0, or `none`. `none` is not replaced by null, because commander treats null as a
 * missing value.
 */
export function positiveOrNone(text: string): number | 'none' {
  if (text === 'none') return text;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected a number above 0, or none.');
}

/** A scale of classifier-free guidance, in the range that the library, the API and the page share. */
export function guidance(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (isGuidance(value)) return value;
  throw new InvalidArgumentError(`Expected ${GUIDANCE_EXPECTED}.`);
}

/** A text that is not blank. */
export function nonEmpty(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('Expected a text that is not empty.');
}

/** An http or https URL. */
export function webAddress(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('Expected a URL that begins with http:// or https://.');
}
