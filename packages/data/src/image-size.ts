export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** A size as text: `32` for a square, `64x32` for a width and a height. */
export type SizeText = `${number}` | `${number}x${number}`;

/**
 * Parses a size in the form of {@link SizeText}.
 *
 * @param max maximum width and height
 * @returns the size; undefined if the text is not a size, or a side is not in 1 to `max`
 */
export function parseImageSize(text: string, max: number): ImageSize | undefined {
  const { width, height = width } =
    /^(?<width>\d{1,9})(?:[x×](?<height>\d{1,9}))?$/iu.exec(text)?.groups ?? {};
  const sides = [Number(width), Number(height)] as const;
  if (width === undefined || sides.some((side) => side < 1 || side > max)) return undefined;
  return { width: sides[0], height: sides[1] };
}

/** Formats a size in the form of {@link SizeText}. */
export function sizeText({ width, height }: ImageSize): SizeText {
  return width === height ? `${width}` : `${width}x${height}`;
}
