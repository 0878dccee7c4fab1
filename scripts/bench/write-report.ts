import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { checkOutputFolder } from '@isonoise/cli';
import { codeOf } from '@isonoise/error';
import { markdownReport, replaceBetweenMarkers } from './markdown-report.ts';
import { type BenchRun, mergeRuns, parseRecord, recordText } from './record.ts';

/** Initial text of `performance.md`. */
const BARE = '# Performance\n\n<!-- bench:begin -->\n<!-- bench:end -->\n';

/**
 * Checks that runs can be added to the files in a folder. Call this before the benches run.
 * @throws `CLI_USAGE` if the folder cannot be written; other errors as in {@link writeReport}
 */
export async function checkReport(folder: string): Promise<void> {
  await checkOutputFolder('--out', folder);
  parseRecord(await textOf(path.join(folder, 'performance.json')));
  const text = (await textOf(path.join(folder, 'performance.md'))) ?? BARE;
  replaceBetweenMarkers(text, '', { marker: 'bench', file: 'performance.md' });
}

/**
 * Adds runs to `performance.json` and rewrites the tables of `performance.md`. Both files are read and checked before
 * either of them is written.
 *
 * @param order names of all benches, in the order of the table; runs of other benches are dropped
 * @throws Error if one of the files exists but is not a report
 */
export async function writeReport(
  folder: string,
  runs: readonly BenchRun[],
  order: readonly string[],
): Promise<void> {
  const [json, markdown] = ['performance.json', 'performance.md'].map((name) => path.join(folder, name)) as [
    string,
    string,
  ];
  const record = mergeRuns(parseRecord(await textOf(json)), runs, order);
  const text = replaceBetweenMarkers((await textOf(markdown)) ?? BARE, markdownReport(record), {
    marker: 'bench',
    file: 'performance.md',
  });
  await writeFile(json, recordText(record));
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
