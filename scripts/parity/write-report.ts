import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkOutputFolder } from '@isonoise/cli';
import { codeOf, printable } from '@isonoise/error';
import { replaceBetweenMarkers } from '../bench/markdown-report.ts';
import { markdownReport } from './markdown-report.ts';
import type { ParityReport } from './report.ts';

const MARKDOWN = 'parity.md';

/** Initial text of `parity.md`. */
const BARE = '# Parity\n\n<!-- parity:begin -->\n<!-- parity:end -->\n';

/**
 * Checks that a report can be written into a folder. Call this before the comparison.
 * @throws `CLI_USAGE` if the folder cannot be written; other errors as in {@link writeReport}
 */
export async function checkReport(folder: string): Promise<void> {
  await checkOutputFolder('--out', folder);
  const text = (await textOf(path.join(folder, MARKDOWN))) ?? BARE;
  replaceBetweenMarkers(text, '', { marker: 'parity', file: MARKDOWN });
}

/**
 * Writes `parity.json` and rewrites the tables of `parity.md`.
 * @throws Error if `parity.md` exists but lacks the markers around the tables
 */
export async function writeReport(folder: string, report: ParityReport): Promise<void> {
  await mkdir(folder, { recursive: true });
  const markdown = path.join(folder, MARKDOWN);
  const text = replaceBetweenMarkers(
    (await textOf(markdown)) ?? BARE,
    printable(markdownReport(report), '\n'),
    {
      marker: 'parity',
      file: MARKDOWN,
    },
  );
  await writeFile(path.join(folder, 'parity.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  await writeFile(markdown, text);
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
