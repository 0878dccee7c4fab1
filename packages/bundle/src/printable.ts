/**
 * Characters that have an effect instead of a glyph: C0 and C1 controls and DEL (terminals use them for
 * titles, colours and the cursor), line and paragraph separators, and marks and overrides of the writing
 * direction, which reorder text.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression must match control characters.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Escapes untrusted text for printing: names of files, classes, nodes and tensors, metadata, messages of
 * other programs.
 *
 * @param keep characters to keep: `'\n'` for text of several lines
 * @returns `text` with each control character as `\xhh` or `\uhhhh`
 */
export function printable(text: string, keep = ''): string {
  return text.replace(UNSAFE, (character) => (keep.includes(character) ? character : escaped(character)));
}

/** Escapes control characters in JSON text without changing its values; white space between tokens stays. */
export function printableJson(json: string): string {
  return json.replace(UNSAFE, (character) =>
    // JSON escapes these characters inside strings, so unescaped ones are between tokens.
    '\n\r\t'.includes(character) ? character : `\\u${hex(character, 4)}`,
  );
}

function escaped(character: string): string {
  return character <= '\xff' ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`;
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0');
}
