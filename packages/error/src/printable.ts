/**
 * Characters that have an effect instead of a glyph. They are the C0 and C1 controls and DEL, which control a
 * terminal; line and paragraph separators; and marks of the writing direction, which reorder text.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression must match control characters.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Escapes untrusted text for printing, such as names of files, classes and tensors, metadata, or messages of other
 * programs.
 *
 * @param keep characters to keep, such as `'\n'` for text with several lines
 * @returns `text` with each control character as `\xhh` or `\uhhhh`
 */
export function printable(text: string, keep = ''): string {
  return text.replace(UNSAFE, (character) => (keep.includes(character) ? character : escaped(character)));
}

/**
 * Escapes the control characters of a message.
 *
 * @param message a single line, whose line breaks are escaped too; or the lines of the message
 */
export function printableLines(message: string | readonly string[]): string {
  const lines = typeof message === 'string' ? [message] : message;
  return lines.map((line) => printable(line)).join('\n');
}

/** Escapes control characters in JSON text without changing its values. Keeps white space between tokens. */
export function printableJson(json: string): string {
  return json.replace(UNSAFE, (character) =>
    // Inside strings, JSON already escapes these three characters. Unescaped ones are between tokens.
    '\n\r\t'.includes(character) ? character : `\\u${hex(character, 4)}`,
  );
}

function escaped(character: string): string {
  return character <= '\xff' ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`;
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0');
}
