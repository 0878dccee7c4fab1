import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE_PATHS, resealBundle } from '@isonoise/bundle';
import { nodeFiles } from '@isonoise/runtime-node';
import { atomicWrite } from '../atomic-write.ts';
import { CliError } from '../errors.ts';
import { markdownTable, NOTATION, type ResultRow } from './report.ts';

/** Title of the section with the measures in a model card. */
export const EVALUATION_SECTION = 'Evaluation';
/** Title of the section with bits per dimension. */
export const BITS_SECTION = 'Bits per dimension';

/**
 * Reads the model card in the folder of a model, before any image is drawn. The measures are written into this card
 * after the last image.
 *
 * @throws `CLI_USAGE`
 */
export async function readCard(model: string): Promise<string> {
  try {
    return await readFile(join(model, BUNDLE_PATHS.readme), 'utf8');
  } catch (cause) {
    throw new CliError(
      'CLI_USAGE',
      `--write: ${model} has no ${BUNDLE_PATHS.readme} that can be read; expected the folder of a model. Leave --write out.`,
      { cause },
    );
  }
}

/** Replaces a section of a card, and updates the hashes in the bundle's manifest. */
export async function writeCard(model: string, card: string, title: string, section: string): Promise<void> {
  await atomicWrite(join(model, BUNDLE_PATHS.readme), withSection(card, title, section));
  await resealBundle(nodeFiles(model));
}

/** Replaces a section of a card, or adds it at the end. */
export function withSection(card: string, title: string, section: string): string {
  const rest = card.replace(new RegExp(`\\n## ${title}\\n[\\s\\S]*?(?=\\n## |$)`), '');
  return `${rest.trimEnd()}\n\n## ${title}\n\n${section}\n`;
}

/** Text of the section. @param about how the images were drawn and compared @param command the command line */
export function sectionOf(rows: readonly ResultRow[], about: string, command: string): string {
  const shares = rows.flatMap(({ cell, measures }) =>
    cell === null || measures.originality === null ? [] : [measures.originality],
  );
  const most = Math.max(...shares.map(({ closeShare }) => closeShare));
  const original =
    shares.length === 0
      ? []
      : [
          `Originality: at most ${(100 * most).toFixed(1)} % of the drawn images are closer to a training image than 99 % of held-out ` +
            `images are; 1 % is expected. The model ${shares.some(({ copies }) => copies) ? '**copies**' : 'does not copy'}.`,
        ];
  return [about, markdownTable(rows), NOTATION, ...original, `Measured with \`${command}\`.`].join('\n\n');
}
