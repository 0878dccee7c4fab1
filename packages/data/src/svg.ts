import { DataError } from './errors.ts';

/**
 * Forbidden parts of an SVG document, which depend on other files or on code, with their descriptions for the
 * message.
 */
const FORBIDDEN: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /<(?:[\w-]+:)?script\b/i, what: 'a script' },
  { pattern: /<(?:[\w-]+:)?foreignObject\b/i, what: 'HTML (foreignObject)' },
  { pattern: /<!ENTITY\s+(?:%\s+)?[^\s>]+\s+(?:SYSTEM|PUBLIC)\b/i, what: 'an entity of another file' },
  { pattern: /<\?xml-stylesheet\b|@import\b/i, what: 'a style sheet of another file' },
  // The pattern can match white space in only one way. Otherwise, millions of spaces would take quadratic time.
  { pattern: /url\((?!\s*(?:["']\s*)?(?:#|data:))/i, what: 'a reference to another file' },
];

/** Matches elements whose references are drawn. References of links (`<a>`) are not drawn. */
const DRAWN =
  /<(?:[\w-]+:)?(?:image|use|feImage|pattern|linearGradient|radialGradient|filter|tref|mpath|textPath)\b[^>]*/gi;
const REFERENCE = /\s(?:xlink:)?href\s*=\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)')/gi;

/**
 * Requires that an SVG document can be drawn from its own content. References to other files are refused, because a
 * data set must not make the reader open other files or addresses.
 *
 * @param file prefix of the error message
 * @throws DataError `DATA_FORMAT`
 */
export function requireSelfContained(bytes: Uint8Array, file: string): void {
  const text = withoutComments(new TextDecoder().decode(bytes));
  const found = FORBIDDEN.find(({ pattern }) => pattern.test(text))?.what ?? externalReference(text);
  if (found === undefined) return;
  throw new DataError(
    'DATA_FORMAT',
    `${file}: the SVG contains ${found}; expected a drawing that needs no other file. Convert it to PNG.`,
    { file },
  );
}

function withoutComments(text: string): string {
  const parts: string[] = [];
  for (let at = 0; ; ) {
    const start = text.indexOf('<!--', at);
    const end = start < 0 ? -1 : text.indexOf('-->', start + 4);
    parts.push(text.slice(at, end < 0 ? undefined : start));
    if (end < 0) return parts.join('');
    at = end + 3;
  }
}

function externalReference(text: string): string | undefined {
  for (const [element] of text.matchAll(DRAWN))
    for (const { groups } of element.matchAll(REFERENCE)) {
      const target = (groups?.double ?? groups?.single ?? '').trim();
      if (!/^(#|data:)/i.test(target)) return `a reference to ${JSON.stringify(target.slice(0, 60))}`;
    }
  return undefined;
}

/** Returns whether an SVG document contains text. The appearance of text depends on the fonts of the machine. */
export function hasText(bytes: Uint8Array): boolean {
  return /<(?:[\w-]+:)?text\b/i.test(new TextDecoder().decode(bytes));
}
