import type { Rgb } from '@isonoise/picture';
import { InvalidArgumentError } from 'commander';

const NAMED: Readonly<Record<string, string>> = { black: '#000000', grey: '#808080', white: '#ffffff' };

/** Description of the accepted colours, for help and errors. */
export const COLOUR_EXPECTED: string = `#rrggbb, #rgb, ${Object.keys(NAMED).join(', ')}`;

/** Parses the colour of an option. @returns `#rrggbb` in lower case */
export function colour(text: string): string {
  const found = colourOf(text);
  if (found !== null) return found;
  throw new InvalidArgumentError(`Expected a colour: ${COLOUR_EXPECTED}.`);
}

/** Parses a colour. @returns `#rrggbb` in lower case; null if the text is not a colour */
export function colourOf(text: string): string | null {
  const lower = text.toLowerCase();
  if (Object.hasOwn(NAMED, lower)) return NAMED[lower] ?? null;
  if (/^#[0-9a-f]{6}$/.test(lower)) return lower;
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/.exec(lower);
  return short === null
    ? null
    : `#${short
        .slice(1)
        .map((digit) => digit + digit)
        .join('')}`;
}

/** Returns a colour as `#rrggbb`. */
export const hexOf = (levels: Rgb): string =>
  `#${levels.map((level) => level.toString(16).padStart(2, '0')).join('')}`;

/** Returns the three levels of a colour. @param hex `#rrggbb` */
export function rgbOf(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
