import { parseImageSize, sizeText } from '@isonoise/data';
import { GUIDANCE_EXPECTED, isGuidance } from '@isonoise/sampler/guidance-range';
import { InvalidArgumentError } from 'commander';

/** Parsers of option values. commander adds the name of the option to their errors. */

/** Returns a parser of whole numbers in [min, max]. */
export function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`Expected a whole number, ${range}.`);
  };
}

/**
 * Returns a parser for the size of images. Its result is a number for a square, otherwise text such as
 * `64x32`.
 */
export function imageSize(max: number): (text: string) => number | string {
  return (text) => {
    const size = parseImageSize(text, max);
    if (size !== undefined) return size.width === size.height ? size.width : sizeText(size);
    throw new InvalidArgumentError(
      `Expected pixels from 1 to ${max}: one number for a square, such as 32, or width and height, such as 64x32.`,
    );
  };
}

/**
 * Returns a parser for the size of an atlas's cells. Its result is width and height as text, such as `16x16`.
 */
export function cellSize(max: number): (text: string) => string {
  return (text) => {
    const size = parseImageSize(text, max);
    if (size !== undefined) return `${size.width}x${size.height}`;
    throw new InvalidArgumentError(
      `Expected width and height of a cell, such as 16x16, from 1 to ${max} pixels.`,
    );
  };
}

/** Parses a size of memory in the notation of Redis, such as `512mb`. */
export function memorySize(text: string): string {
  if (/^[1-9]\d*(mb|gb)$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('Expected a number of megabytes or gigabytes, such as 512mb or 4gb.');
}

/** Returns a parser of finite numbers in [min, max]. */
export function real(min: number, max: number = Number.POSITIVE_INFINITY): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value >= min && value <= max) return value;
    const range = max === Number.POSITIVE_INFINITY ? `at least ${min}` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`Expected a number, ${range}.`);
  };
}

/**
 * Returns a parser for a kind with settings after colons, such as `logit-normal:0:1`. Settings at the end may
 * be left out.
 *
 * @param kinds names of the settings of each kind, in order
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

/** Parses a list of whole numbers above 0, such as `32,64,64`. */
export function wholeList(text: string): readonly number[] {
  const values = text.split(',').map((part) => part.trim());
  if (values.every((part) => /^[1-9]\d*$/.test(part))) return values.map(Number);
  throw new InvalidArgumentError('Expected whole numbers above 0, separated by commas, such as 32,64,64.');
}

/** Parses a list of names, such as `cat, heart`. */
export function nameList(text: string): readonly string[] {
  const names = text.split(',').map((part) => part.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('Expected names separated by commas, such as "cat, heart".');
}

/** Parses lists of names, separated by semicolons, such as `cat; heart, red`. */
export function nameLists(text: string): readonly (readonly string[])[] {
  return text.split(';').map(nameList);
}

/**
 * Parses a seed from 0 to 2⁶⁴ − 1. The result is text, because a JavaScript number cannot represent every
 * seed.
 */
export function seedDigits(text: string): string {
  if (/^\d{1,20}$/.test(text) && BigInt(text) < 1n << 64n) return text;
  throw new InvalidArgumentError('Expected a whole number from 0 to 18446744073709551615.');
}

/**
 * Parses a finite number above 0, or `none`. The result for `none` is not null, because commander treats null as a missing
 * value.
 */
export function positiveOrNone(text: string): number | 'none' {
  if (text === 'none') return text;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected a number above 0, or none.');
}

/** Parses a guidance scale. The library, the API and the web page have the same limits. */
export function guidance(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (isGuidance(value)) return value;
  throw new InvalidArgumentError(`Expected ${GUIDANCE_EXPECTED}.`);
}

/** Parses text that must not be blank. */
export function nonEmpty(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('Expected text that is not empty.');
}

/** Parses an http or https URL. */
export function webAddress(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError('Expected a URL that starts with http:// or https://.');
}
