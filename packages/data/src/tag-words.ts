/** Words that do not describe an image on their own. */
const FILLERS: ReadonlySet<string> = new Set(
  'a an and are as at by for from in into is it its of on or the their this to with'.split(' '),
);

/**
 * Returns the words of a text in order, each once and in lower case, without fillers (`the`, `with`) and numbers:
 * `IMG_0012 Cat with hat` -> `img`, `cat`, `hat`.
 */
export function wordsOf(text: string): readonly string[] {
  const words = text
    .normalize('NFC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u);
  return [...new Set(words)].filter((word) => /\p{L}/u.test(word) && !FILLERS.has(word));
}

/** Returns the words of a file's name, without folders and extension. */
export function wordsOfFile(path: string): readonly string[] {
  return wordsOf((path.split('/').at(-1) ?? '').replace(/\.[^.]*$/, ''));
}

/**
 * Cleans the names of an image's tags. Splits names at commas, as on the command line. The results are in lower case,
 * with single spaces and composed letters, each name once.
 */
export function cleanTags(names: readonly string[]): readonly string[] {
  const cleaned = names.flatMap((name) =>
    name
      .split(',')
      .map((part) => part.normalize('NFC').toLowerCase().trim().replaceAll(/\s+/g, ' '))
      .filter((part) => part !== ''),
  );
  return [...new Set(cleaned)];
}
