/** Words that say nothing about an image by themselves. */
const FILLERS: ReadonlySet<string> = new Set(
  'a an and are as at by for from in into is it its of on or the their this to with'.split(' '),
);

/**
 * Returns the words of a text, each once, in order and in lower case. Fillers (`the`, `with`) and numbers are
 * left out: `IMG_0012 Cat with hat` -> `img`, `cat`, `hat`.
 */
export function wordsOf(text: string): readonly string[] {
  const words = text
    .normalize('NFC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u);
  return [...new Set(words)].filter((word) => /\p{L}/u.test(word) && !FILLERS.has(word));
}

/** Returns the words of a file's name, without its folders and its extension. */
export function wordsOfFile(path: string): readonly string[] {
  return wordsOf((path.split('/').at(-1) ?? '').replace(/\.[^.]*$/, ''));
}

/**
 * Cleans the names of an image's tags: lower case, single spaces, composed letters, each name once. Names are
 * split at commas, as on the command line.
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
