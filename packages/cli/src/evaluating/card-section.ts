import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE_PATHS, type BundleFiles, resealBundle } from '@isonoise/bundle';
import { nodeFiles } from '@isonoise/runtime-node';
import { atomicWriteAll } from '../atomic-write.ts';
import { CliError } from '../errors.ts';
import { copies, type Measures } from './measure.ts';
import { markdownTable, NOTATION, type ResultRow } from './report.ts';
import type { RatioMeasure } from './set-ratio.ts';

/** Title of the section with the measures in a model card. */
export const EVALUATION_SECTION = 'Evaluation';
/**
 * Titles of the sections with the ratio of two FIDs or KIDs. The sections are separate, so that a later
 * evaluation without a second model keeps them.
 */
export const RATIO_SECTIONS: Readonly<Record<RatioMeasure, string>> = { FID: 'FID ratio', KID: 'KID ratio' };
/** Title of the section with bits per dimension. */
export const BITS_SECTION = 'Bits per dimension';

/**
 * Reads the card of a model, before the first image is drawn.
 *
 * @throws `CLI_USAGE` if the card cannot be read
 */
export async function readCard(model: string): Promise<string> {
  try {
    return await readFile(join(model, BUNDLE_PATHS.readme), 'utf8');
  } catch (cause) {
    throw new CliError(
      'CLI_USAGE',
      `--write: ${model} does not contain a readable ${BUNDLE_PATHS.readme}; expected the folder of a model. Remove --write.`,
      { cause },
    );
  }
}

/** File name of the picture of the closest pairs, in a bundle and in the folder of results. */
export const PAIRS_PICTURE = 'pairs.svg';

/**
 * Replaces sections of a card, and updates the bundle's manifest. All other sections are kept. All files are
 * prepared before the first file is replaced, so a failed write leaves the bundle unchanged.
 *
 * @param sections texts by title
 * @param pictures SVG files that the sections show, by path; they become part of the bundle
 */
export async function writeCard(
  model: string,
  card: string,
  sections: Readonly<Record<string, string>>,
  pictures: Readonly<Record<string, string>> = {},
): Promise<void> {
  const encoder = new TextEncoder();
  const changed = new Map(Object.entries(pictures).map(([path, text]) => [path, encoder.encode(text)]));
  const text = Object.entries(sections).reduce(
    (all, [title, section]) => withSection(all, title, section),
    card,
  );
  changed.set(BUNDLE_PATHS.readme, encoder.encode(text));
  await resealBundle(withChanges(nodeFiles(model), changed), Object.keys(pictures));
  await atomicWriteAll(new Map([...changed].map(([path, bytes]) => [join(model, path), bytes])));
}

/** Returns the files of a bundle. Written files go into `changes` instead of the folder. */
function withChanges(files: BundleFiles, changes: Map<string, Uint8Array>): BundleFiles {
  return {
    ...files,
    read: async (path, mostBytes) => changes.get(path) ?? files.read(path, mostBytes),
    write: async (path, bytes) => void changes.set(path, bytes),
  };
}

/** Returns the card with the section at its end. An existing section with this title is removed. */
export function withSection(card: string, title: string, section: string): string {
  const rest = card.replace(new RegExp(`\\n## ${title}\\n[\\s\\S]*?(?=\\n## |$)`), '');
  return `${rest.trimEnd()}\n\n## ${title}\n\n${section}\n`;
}

/**
 * Returns the text of the section {@link EVALUATION_SECTION}.
 *
 * @param about text that describes the images and the comparison
 * @param command the command line
 */
export function sectionOf(rows: readonly ResultRow[], about: string, command: string): string {
  const drawn = rows.flatMap(({ cell, measures }) => (cell === null ? [] : [measures]));
  const shares = [
    ...mostClose(
      'features',
      drawn.map(({ originality }) => originality),
    ),
    ...mostClose(
      'pixels',
      drawn.map(({ pixelOriginality }) => pixelOriginality),
    ),
  ];
  const verdict = drawn.some(copies) ? '**copies**' : 'does not copy';
  const original =
    shares.length === 0
      ? []
      : [
          `Originality: an image is close if it is closer to its nearest training image than 99 % of held-out images are ` +
            `to theirs. Of new images, 1 % are close. Share of the drawn images that are close: ${shares.join(', ')}. ` +
            `The model ${verdict}.`,
        ];
  return [
    about,
    markdownTable(rows),
    NOTATION,
    ...original,
    `The closest pairs of drawn images and training images, with their distances:\n\n![Closest pairs](${PAIRS_PICTURE})`,
    `Measured with \`${command}\`.`,
  ].join('\n\n');
}

/** Returns the largest share of close images, such as `at most 0.4 % by pixels`; empty without held-out images. */
function mostClose(kind: string, all: readonly Measures['originality'][]): readonly string[] {
  const shares = all.flatMap((each) => (each === null ? [] : [each.closeShare]));
  return shares.length === 0 ? [] : [`at most ${(100 * Math.max(...shares)).toFixed(1)} % by ${kind}`];
}
