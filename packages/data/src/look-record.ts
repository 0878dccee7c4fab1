import { type Look, MAX_COUNTED_COLOURS, MAX_PALETTE_COLOURS, type Rgba } from './look.ts';

/** Colours and symmetry of the training images, as runs and models record them. */
export interface LookRecord {
  /** Colours as `#rrggbbaa`, with the most common colour first; null if there are more than 256. */
  readonly palette: readonly string[] | null;
  /**
   * Number of colours if `palette` is null; {@link MAX_COUNTED_COLOURS} if there are more. Absent in records of earlier
   * versions.
   */
  readonly colours?: number;
  /** Mean difference between an image and its mirror image, for values in [−1, 1]. */
  readonly asymmetry: number;
}

export function lookRecord({ palette, colours, asymmetry }: Look): LookRecord {
  const hex = (value: number): string => value.toString(16).padStart(2, '0');
  return {
    palette: palette?.map((colour) => `#${colour.map(hex).join('')}`) ?? null,
    ...(palette === null && { colours }),
    asymmetry: Number(asymmetry.toPrecision(4)),
  };
}

/** Returns whether a value from a JSON file is a valid record. */
export function isLookRecord(value: unknown): value is LookRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { palette, colours, asymmetry }: Partial<Record<keyof LookRecord, unknown>> = value;
  return (
    typeof asymmetry === 'number' &&
    (colours === undefined || isCount(colours)) &&
    (palette === null ||
      (Array.isArray(palette) &&
        palette.length > 0 &&
        palette.length <= MAX_PALETTE_COLOURS &&
        palette.every((colour) => typeof colour === 'string' && /^#[0-9a-f]{8}$/.test(colour))))
  );
}

/** Returns why a record has no palette, as a clause. */
export function noPaletteReason({ colours }: LookRecord): string {
  const found =
    colours === undefined
      ? `more than ${MAX_PALETTE_COLOURS}`
      : `${colours === MAX_COUNTED_COLOURS ? 'at least ' : ''}${colours.toLocaleString('en-US')}`;
  return `its training images have ${found} colours, and a palette has at most ${MAX_PALETTE_COLOURS}`;
}

const isCount = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) > MAX_PALETTE_COLOURS && Number(value) <= MAX_COUNTED_COLOURS;

/** Returns the colours of a recorded palette, not multiplied by alpha. */
export function coloursOf(palette: readonly string[]): readonly Rgba[] {
  return palette.map((colour) => {
    const at = (place: number): number => Number.parseInt(colour.slice(1 + 2 * place, 3 + 2 * place), 16);
    return [at(0), at(1), at(2), at(3)];
  });
}
