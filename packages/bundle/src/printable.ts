/**
 * Characters that act instead of being seen: C0 and C1 controls and DEL (a terminal obeys them: titles, colours, the
 * cursor), line and paragraph separators, and the marks and overrides of writing direction, which reorder what is read.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for.
const ACTING = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Foreign text as it may be printed: names of files, classes, nodes and tensors, metadata, other people's messages.
 *
 * @param keep characters that stay: `'\n'` where the text may have lines
 * @returns `text` on one line; each acting character as `\xhh` or `\uhhhh`
 */
export function printable(text: string, keep = ''): string {
  return text.replace(ACTING, (character) => (keep.includes(character) ? character : escaped(character)));
}

/** @returns JSON text whose strings hold the same, with no acting character left in it; line breaks between tokens stay */
export function printableJson(json: string): string {
  return json.replace(ACTING, (character) =>
    // JSON itself escapes these within strings: here they stand between tokens.
    '\n\r\t'.includes(character) ? character : `\\u${hex(character, 4)}`,
  );
}

function escaped(character: string): string {
  return character <= '\xff' ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`;
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0');
}
