import type { Colour } from './layers.ts';

/** Formats a colour as `#rrggbb`, without alpha. */
export const hexOf = ([red, green, blue]: Colour): string =>
  `#${[red, green, blue].map((level) => level.toString(16).padStart(2, '0')).join('')}`;

/** Formats a colour as readable text: `grey 128`, `#ff8800`, `transparent`, `#ff8800 at 50 %`. */
export function colourName(colour: Colour): string {
  const [red, green, blue, alpha] = colour;
  if (alpha === 0) return 'transparent';
  const name = red === green && green === blue ? `grey ${red}` : hexOf(colour);
  return alpha === 255 ? name : `${name} at ${Math.round((100 * alpha) / 255)} %`;
}

/** Parses a colour. @param hex `#rrggbb`, as a colour input gives it */
export function colourOfHex(hex: string, alpha: number): Colour {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255, alpha];
}
