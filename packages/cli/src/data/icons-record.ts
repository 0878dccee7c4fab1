import { join } from 'node:path';
import { ICON_BACKGROUNDS, type IconBackground } from '@isonoise/data/published';
import { codeOf } from '@isonoise/error';
import { readRegularFile } from '@isonoise/runtime-node';
import { CliError } from '../errors.ts';

/** Name of the file that records the settings of a folder of icons. */
export const ICONS_RECORD = 'icons.json';

/** The settings that determine the images of a folder of icons. */
export interface IconsSettings {
  readonly size: number;
  readonly background: IconBackground;
  readonly skinTones: boolean;
  readonly sets: readonly { readonly name: string; readonly version: string }[];
}

export interface IconsRecord extends IconsSettings {
  /** Number of images in the folder. */
  readonly images: number;
}

/**
 * Reads the record of a folder; null if the folder has no record.
 *
 * @throws `CLI_OUTPUT_EXISTS` if the file `icons.json` is not a record
 */
export async function readIconsRecord(folder: string): Promise<IconsRecord | null> {
  let text: string;
  try {
    text = new TextDecoder().decode(await readRegularFile(join(folder, ICONS_RECORD)));
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  }
  const record = parseRecord(text);
  if (record !== null) return record;
  throw new CliError(
    'CLI_OUTPUT_EXISTS',
    `--out ${folder}: ${ICONS_RECORD} is not a record of icons; expected a folder from pnpm data icons. Choose a different folder.`,
  );
}

/** Parses a record. @returns null if the text is not a record */
function parseRecord(text: string): IconsRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const {
    size,
    background: shown,
    skinTones,
    sets,
    images,
  } = value as Partial<Record<keyof IconsRecord, unknown>>;
  const background = ICON_BACKGROUNDS.find((name) => name === shown);
  if (
    typeof size !== 'number' ||
    background === undefined ||
    typeof skinTones !== 'boolean' ||
    typeof images !== 'number' ||
    !Array.isArray(sets)
  ) {
    return null;
  }
  const versions = sets.map((each: Partial<Record<'name' | 'version', unknown>> | null) => ({
    name: String(each?.name),
    version: String(each?.version),
  }));
  return { size, background, skinTones, sets: versions, images };
}

/**
 * Checks that a folder contains icons with the requested settings.
 *
 * @throws `CLI_OUTPUT_EXISTS` if the settings of the folder differ; the message lists the differences
 */
export function requireSameIcons(out: string, found: IconsSettings, settings: IconsSettings): void {
  const [before, now] = [described(found), described(settings)];
  const differing = before.flatMap((text, i) => (text === now[i] ? [] : [i]));
  if (differing.length === 0) return;
  const those = (list: readonly string[]): string => differing.map((i) => list[i]).join('; ');
  throw new CliError(
    'CLI_OUTPUT_EXISTS',
    `--out ${out}: contains icons with different settings (${those(before)}); expected ${those(now)}. ` +
      'Choose a different folder with --out, or remove this folder.',
  );
}

/** Returns a text for each setting, in a fixed order. */
function described({ size, background, skinTones, sets }: IconsSettings): readonly string[] {
  return [
    `size ${size}`,
    `background ${background}`,
    skinTones ? 'skin tones' : 'no skin tones',
    `sets ${sets.map(({ name, version }) => `${name} ${version}`).join(', ')}`,
  ];
}
