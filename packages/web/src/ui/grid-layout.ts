/** Where a batch of images lies on one canvas; all but `columns` and `shrink` in pixels of the canvas. */
export interface GridLayout {
  readonly columns: number;
  /** Pixels of an image in a row that become one of the canvas; 1 where the canvas is not too large for that. */
  readonly shrink: number;
  /** One image. */
  readonly cell: { readonly width: number; readonly height: number };
  /** Between images. */
  readonly gap: number;
  readonly width: number;
  readonly height: number;
}

/** Of the width of a row: some four pixels of a large screen. */
const GAP = 0.006;

/** Safari on iOS draws nothing on a canvas of more pixels, Firefox nothing on one with a longer side. */
const MOST = { pixels: 2 ** 24, side: 2 ** 15 - 1 };

/**
 * Lays images out row by row, at their size or at the largest whole fraction of it that browsers have a canvas for.
 *
 * @param columns images in a row; default ⌈√N⌉, as on a contact sheet
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
