import { MAX_PALETTE_COLOURS } from '@isonoise/data';
import type { PaletteColour } from '@isonoise/picture';
import { CliError } from '../errors.ts';
import { readOptionFile } from '../read-option-file.ts';

/** Maximum number of characters of a line in an error message. */
const MAX_SHOWN = 40;

/**
 * Reads the colours of a palette file. Each line is a colour: `rrggbb` or `rrggbbaa` (Lospec's .hex, with or
 * without #), or three numbers (GIMP's .gpl, JASC's .pal). Empty lines and comments are skipped.
 *
 * @throws `CLI_USAGE` if the file cannot be read, if a line is not a colour, or if there are too few or too
 *   many colours
 */
export async function readPalette(file: string): Promise<readonly PaletteColour[]> {
  const name = `--palette ${file}`;
  const bytes = await readOptionFile({ path: file, name, expected: 'a palette' });
  const colours = parsePalette(new TextDecoder().decode(bytes), file);
  if (colours.length >= 1 && colours.length <= MAX_PALETTE_COLOURS) return colours;
  throw new CliError(
    'CLI_USAGE',
    `--palette ${file}: has ${colours.length} colours; expected 1 to ${MAX_PALETTE_COLOURS}, each on a line such as #ff8800 or 255 136 0.`,
  );
}

/** Format of a palette file. */
interface Format {
  /** Number of header lines, which are skipped. */
  readonly header: number;
  /** Matches other lines to skip. */
  readonly skipped: RegExp;
  /** Whether colours can be hexadecimal. */
  readonly hex: boolean;
  /** Whether a fourth number is the alpha of a colour. */
  readonly alpha: boolean;
}

/** A plain list of colours. In a comment, a space follows #, because a colour can also start with #. */
const PLAIN: Format = { header: 0, skipped: /^\s*(?:#(?:\s.*)?)?$/, hex: true, alpha: false };
const GIMP: Format = {
  header: 1,
  skipped: /^\s*(?:#.*|(?:Name|Columns|Channels):.*)?$/i,
  hex: false,
  alpha: false,
};
/** A JASC palette. Its header has three lines: name, version and number of colours. */
const JASC: Format = { header: 3, skipped: /^\s*$/, hex: false, alpha: false };

function formatOf(lines: readonly string[]): Format {
  const [first = ''] = lines;
  if (/^JASC-PAL\s*$/.test(first)) return JASC;
  if (!/^GIMP Palette\s*$/.test(first)) return PLAIN;
  // Aseprite extends the GIMP format with alpha.
  return { ...GIMP, alpha: lines.some((line) => /^Channels:\s*RGBA\s*$/i.test(line)) };
}

/**
 * Returns the colours of the lines, in order.
 *
 * @param file name of the file, for the error
 * @throws `CLI_USAGE` if a line is not a colour
 */
export function parsePalette(text: string, file: string): readonly PaletteColour[] {
  const lines = text.split(/\r?\n/);
  const format = formatOf(lines);
  return lines.flatMap((line, i) => {
    if (i < format.header || format.skipped.test(line)) return [];
    const colour = colourOf(line, format);
    if (colour !== null) return [colour];
    const shown = line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line;
    const expected = format.hex ? '#ff8800 or 255 136 0' : `255 136 0${format.alpha ? ' 255' : ''}`;
    throw new CliError(
      'CLI_USAGE',
      `--palette ${file}: line ${i + 1} is ${JSON.stringify(shown)}; expected a colour such as ${expected}. Correct or remove the line.`,
    );
  });
}

function colourOf(line: string, { hex, alpha: hasAlpha }: Format): PaletteColour | null {
  const digits = hex
    ? /^\s*(?:#|0x)?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})?\s*$/i.exec(line)
    : null;
  const numbers = hasAlpha
    ? /^\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(?:\s|$)/.exec(line)
    : /^\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(?:\s|$)/.exec(line);
  const values =
    digits?.slice(1, 5).map((part) => Number.parseInt(part ?? 'ff', 16)) ?? numbers?.slice(1).map(Number);
  if (values === undefined || values.some((value) => value > 255)) return null;
  const [red = 0, green = 0, blue = 0, alpha = 255] = values;
  return [red, green, blue, alpha];
}
