import { plural as pluralOf } from '@isonoise/error';

/** Formats a number, such as `60,000`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** Formats a number with a noun, such as `1 image` or `60,000 images`. Pass `many` for irregular plurals. */
export function plural(value: number, one: string, many?: string): string {
  return pluralOf(value, one, many, count);
}

/** Formats a duration, such as `850 ms`, `12.3 s`, `4 min 05 s`, `1 h 02 min`; `?` if it is not finite. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return hours > 0 ? `${hours} h ${two(minutes)} min` : `${minutes} min ${two(rest)} s`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** Formats a size in powers of 1000, such as `812 B`, `4.1 kB`, `4.1 MB`. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  const units = ['kB', 'MB', 'GB'];
  let scaled = value / 1000;
  let unit = 0;
  for (; scaled >= 999.5 && unit < units.length - 1; unit++) scaled /= 1000;
  return `${scaled.toFixed(scaled < 99.95 ? 1 : 0)} ${units[unit]}`;
}

/** Formats rows of a label and a text, so that the texts are aligned. A text may have several lines. */
export function table(rows: readonly (readonly [label: string, text: string])[], indent = '  '): string {
  const width = Math.max(0, ...rows.map(([label]) => label.length));
  const gap = ' '.repeat(width + 2);
  return rows
    .map(([label, text]) => `${indent}${label.padEnd(width)}  ${text.replaceAll('\n', `\n${indent}${gap}`)}`)
    .join('\n');
}
