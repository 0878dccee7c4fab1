import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { replaceBetweenMarkers } from './bench/markdown-report.ts';

const FILE = 'reliability.md';

/** The sections of the report, in the order of a new file. */
const SECTIONS = {
  chaos: 'Kills',
  jobs: 'Killed workers',
  fuzz: 'Fuzzed inputs',
} as const;

const BARE = `# Reliability

Results of attempts to break the project. Each section is written by the command that it names.

${Object.entries(SECTIONS)
  .map(([marker, title]) => `## ${title}\n\n<!-- ${marker}:begin -->\n<!-- ${marker}:end -->\n`)
  .join('\n')}`;

/**
 * Replaces one section of `reliability.md` and keeps the rest.
 *
 * @param folder folder of `reliability.md`, such as `docs`; the file is created if it does not exist
 * @param text Markdown, without a heading
 * @throws Error if the file exists without the markers of this section
 */
export async function writeReliabilitySection(
  folder: string,
  section: keyof typeof SECTIONS,
  text: string,
): Promise<void> {
  const file = path.join(folder, FILE);
  const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return BARE;
    throw error;
  });
  await writeFile(file, replaceBetweenMarkers(before, text, { marker: section, file: FILE }));
}
