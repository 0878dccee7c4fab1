import { printable } from '@isonoise/error';

/** Matches the escape sequence of a colour or a style that picocolors writes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequence begins with ESC.
const STYLE = /(\u001b\[[0-9;]*m)/;

/**
 * Escapes all control characters in lines for a terminal, except line breaks and colours. Untrusted text must be
 * escaped by `printable` before it is coloured, because this function keeps all colours and styles.
 */
export function visible(lines: string): string {
  return lines
    .split(STYLE)
    .map((part, i) => (i % 2 === 1 ? part : printable(part, '\n')))
    .join('');
}
