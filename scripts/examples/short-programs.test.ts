import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { EXAMPLES } from './example.ts';

/** Returns the lines of a program without blank lines, comments and docstrings. */
function codeLines(text: string): readonly string[] {
  const code = text.replace(/^ *"""[\s\S]*?"""$/gm, '').replace(/^\/\*\*[\s\S]*?\*\/$/gm, '');
  return code.split('\n').filter((line) => !/^\s*(#.*)?$/.test(line));
}

// docs/formats.md states these numbers.
it.each([
  ['the random generator and DDIM in Python', 'python/ddim.py', 56],
  ['the schedule in Python', 'python/schedule.py', 28],
  ['a digit in Python', 'python/digit.py', 20],
  ['a digit in Java', 'java/Digit.java', 28],
])(
  '%s, %s: the program has %i lines of code, and no line is longer than 100 characters',
  async (_, file, count) => {
    const text = await readFile(path.join(EXAMPLES, file), 'utf8');
    expect(codeLines(text)).toHaveLength(count);
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
  },
);
