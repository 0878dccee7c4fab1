import { printable } from '@isonoise/bundle/printable';

/** A colour or a style, as picocolors writes it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: ESC begins one.
const STYLE = /(\u001b\[[0-9;]*m)/;

/**
 * Lines for a terminal with all control characters escaped but line breaks and the colours that are ours. Foreign text
 * goes through `printable` before it is coloured: a style within it would pass here.
 */
export function visible(lines: string): string {
  return lines
    .split(STYLE)
    .map((part, i) => (i % 2 === 1 ? part : printable(part, '\n')))
    .join('');
}
