import type { PaletteColour } from '@isonoise/picture';
import { readRegularFile } from '@isonoise/runtime-node';
import { CliError } from '../errors.ts';

/** Maximum number of colours of a palette. */
const MOST_COLOURS = 256;

/**
 * Reads the colours of a palette file: one colour per line, as `rrggbb` or `rrggbbaa` (Lospec's .hex, with or without #) or
 * as three numbers (GIMP's .gpl, JASC's .pal). Lines of the heads of these formats are skipped.
 *
 * @throws `CLI_USAGE`
 */
export async function readPalette(file: string): Promise<readonly PaletteColour[]> {
  const bytes = await readRegularFile(file).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('CLI_USAGE', `--palette ${file}: cannot be read: ${reason}`, { cause });
  });
  const colours = parsePalette(new TextDecoder().decode(bytes));
  if (colours.length >= 1 && colours.length <= MOST_COLOURS) return colours;
  throw new CliError(
    'CLI_USAGE',
    `--palette ${file}: has ${colours.length} colours; expected 1 to ${MOST_COLOURS} lines such as #ff8800 or 255 136 0.`,
  );
}

/** Returns the colours of the lines, in order. */
export function parsePalette(text: string): readonly PaletteColour[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const hex = /^\s*(?:#|0x)?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})?\s*$/i.exec(line);
    const numbers = /^\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(?:\s|$)/.exec(line);
    const values =
      hex?.slice(1, 5).map((part) => Number.parseInt(part ?? 'ff', 16)) ?? numbers?.slice(1, 4).map(Number);
    if (values === undefined || values.some((value) => value > 255)) return [];
    const [red = 0, green = 0, blue = 0, alpha = 255] = values;
    return [[red, green, blue, alpha] as const];
  });
}
