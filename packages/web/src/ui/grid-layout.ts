/** Layout of a batch of images on one canvas. Lengths are in canvas pixels. */
export interface GridLayout {
  readonly columns: number;
  /** Image pixels per canvas pixel, in each direction; 1 unless the canvas would be too large. */
  readonly shrink: number;
  /** Size of one image. */
  readonly cell: { readonly width: number; readonly height: number };
  /** Space between images. */
  readonly gap: number;
  readonly width: number;
  readonly height: number;
}

/** Gap as a fraction of the width of a row: about four pixels on a large screen. */
const GAP = 0.006;

/** Canvas limits: pixels in Safari on iOS, side length in Firefox. Larger canvases stay blank. */
const MOST = { pixels: 2 ** 24, side: 2 ** 15 - 1 };

/**
 * Lays images out row by row, at full size or at the largest fraction 1/n that fits the canvas limits.
 *
 * @param columns images per row; default ⌈√N⌉, as on a contact sheet
 */
export function gridLayout(
  [count, , height, width]: readonly [count: number, channels: number, height: number, width: number],
  columns: number = Math.ceil(Math.sqrt(count)),
): GridLayout {
  const rows = Math.ceil(count / columns);
  const atFraction = (shrink: number): GridLayout => {
    const cell = { width: Math.ceil(width / shrink), height: Math.ceil(height / shrink) };
    const gap = Math.max(1, Math.round(GAP * columns * cell.width));
    const along = (n: number, size: number): number => n * (size + gap) - gap;
    return {
      columns,
      shrink,
      cell,
      gap,
      width: along(columns, cell.width),
      height: along(rows, cell.height),
    };
  };
  let layout = atFraction(1);
  while (isTooLarge(layout) && layout.shrink < Math.max(height, width))
    layout = atFraction(layout.shrink + 1);
  return layout;
}

function isTooLarge({ width, height }: GridLayout): boolean {
  return width * height > MOST.pixels || Math.max(width, height) > MOST.side;
}
