import { type Look, MAX_PALETTE_COLOURS, type Rgba } from './look.ts';

/** Colours and symmetry of the training images, as runs and models record them. */
export interface LookRecord {
  /** Colours as `#rrggbbaa`, with the most common colour first; null if there are more than 256. */
  readonly palette: readonly string[] | null;
  /** Mean difference between an image and its mirror image, for values in [−1, 1]. */
  readonly asymmetry: number;
}

export function lookRecord({ palette, asymmetry }: Look): LookRecord {
  const hex = (value: number): string => value.toString(16).padStart(2, '0');
  return {
    palette: palette?.map((colour) => `#${colour.map(hex).join('')}`) ?? null,
    asymmetry: Number(asymmetry.toPrecision(4)),
  };
}

/** Returns whether a value from a JSON file is a valid record. */
export function isLookRecord(value: unknown): value is LookRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { palette, asymmetry }: Partial<Record<keyof LookRecord, unknown>> = value;
  return (
    typeof asymmetry === 'number' &&
    (palette === null ||
      (Array.isArray(palette) &&
        palette.length > 0 &&
        palette.length <= MAX_PALETTE_COLOURS &&
        palette.every((colour) => typeof colour === 'string' && /^#[0-9a-f]{8}$/.test(colour))))
  );
}

/** Returns the colours of a recorded palette, not multiplied by alpha. */
export function coloursOf(palette: readonly string[]): readonly Rgba[] {
  return palette.map((colour) => {
    const at = (place: number): number => Number.parseInt(colour.slice(1 + 2 * place, 3 + 2 * place), 16);
    return [at(0), at(1), at(2), at(3)];
  });
}
