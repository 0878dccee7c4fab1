import { plural } from '@isonoise/error';

/** Formats a duration: `0.4 s`, `12 s`, `3 min 20 s`, `5 h 7 min`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${counted(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** Formats a size in decimal units, as browsers do for downloads: `3.6 MB`. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  if (count < 1e6) return `${(count / 1e3).toFixed(0)} kB`;
  return `${(count / 1e6).toFixed(1)} MB`;
}

/** Formats a small difference: `0` or `3.1e-6`. */
export function small(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}

/** Formats a timestep to a tenth: `999`, `867.9`. */
export const timestep = (t: number): string => String(Math.round(10 * t) / 10);

/** Converts a line to a sentence: capitalizes it, and adds a full stop if there is none. */
export function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}

/** Formats a count with separators: `10,000`. */
export const counted = (count: number): string => count.toLocaleString('en');

/** As `plural` of `@isonoise/error`, with a formatted count: `1,000 steps`. */
export const countOf = (count: number, one: string, many?: string): string =>
  plural(count, one, many, counted);
