import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { EXAMPLES } from './example.ts';

/** Returns the lines of a Python program without blank lines, comments and docstrings. */
function codeLines(text: string): readonly string[] {
  const code = text.replace(/^ *"""[\s\S]*?"""$/gm, '');
  return code.split('\n').filter((line) => !/^\s*(#.*)?$/.test(line));
}

// docs/formats.md states these numbers.
it.each([
  ['the random generator and DDIM', 'python/ddim.py', 56],
  ['the schedule', 'python/schedule.py', 28],
  ['the program that draws a digit', 'python/digit.py', 20],
])('%s: short lines, and as few as documented: %s', async (_, file, count) => {
  const text = await readFile(path.join(EXAMPLES, file), 'utf8');
  expect(codeLines(text)).toHaveLength(count);
  expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
});
