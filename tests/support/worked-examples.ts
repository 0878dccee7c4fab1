/** A code block of a page. A path may follow its language, as in `ts src/a.ts`. */
export interface CodeBlock {
  /** The heading above the block. */
  readonly section: string;
  readonly language: string;
  /** Path in the repository; empty if the block has none. */
  readonly path: string;
  readonly text: string;
}

/** Lists the code blocks of a Markdown page, in order. */
export function codeBlocks(page: string): readonly CodeBlock[] {
  const parts = page.matchAll(/^## (.*)$|^```(\S+)(?: (\S+))?\n([\s\S]*?)^```$/gm);
  let section = '';
  const blocks: CodeBlock[] = [];
  for (const [, heading, language = '', path = '', text = ''] of parts) {
    if (heading !== undefined) section = heading;
    else blocks.push({ section, language, path, text });
  }
  return blocks;
}

/** Lists the files that a page links to. Links to other sites or to headings are left out. */
export function linkedPaths(page: string): readonly string[] {
  return [...page.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !target.includes('://'));
}

/**
 * Applies a diff without line numbers. Lines that start with `@@` separate the hunks. The context lines and
 * removed lines of a hunk, as one block, must occur exactly once in the file.
 *
 * @throws Error with the lines of the hunk that does not fit
 */
export function applyDiff(content: string, diff: string, path: string): string {
  return diff.split(/^@@.*\n/m).reduce((text, hunk) => {
    const lines = hunk.split('\n').slice(0, -1);
    const side = (left: '-' | '+'): string =>
      lines
        .filter((line) => line === '' || line[0] === ' ' || line[0] === left)
        .map((line) => `${line.slice(1)}\n`)
        .join('');
    const [before, after] = [side('-'), side('+')];
    const places = text.split(before).length - 1;
    if (places === 1) return text.replace(before, () => after);
    throw new Error(`${path}: these lines occur ${places} times; expected once:\n${before}`);
  }, content);
}
