interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Chooses the number of images per row with which they are largest in a box. Of several such numbers, the one with the
 * fewest empty places is chosen, then the widest.
 *
 * @param cycle length of a series that images repeat, such as classes in turn; rows are then the series or equal parts of it
 */
export function fitColumns(count: number, image: Size, box: Size, cycle?: number): number {
  let best = { columns: 1, side: 0, empty: 0 };
  for (let columns = 1; columns <= count; columns++) {
    // A series that is shown at most once has no columns to keep.
    if (cycle !== undefined && count > cycle && cycle % columns !== 0) continue;
    const rows = Math.ceil(count / columns);
    const side = scaleOf(count, image, box, columns);
    const empty = rows * columns - count;
    const isLarger = side > best.side * (1 + 1e-9);
    const isAsLarge = side > best.side * (1 - 1e-9);
    if (isLarger || (isAsLarge && empty <= best.empty)) best = { columns, side, empty };
  }
  return best.columns;
}

/** Width of all columns at the scale at which the images fill the box. */
export function fittedWidth(count: number, image: Size, box: Size, columns: number): number {
  return columns * image.width * scaleOf(count, image, box, columns);
}

function scaleOf(count: number, image: Size, box: Size, columns: number): number {
  const rows = Math.ceil(count / columns);
  return Math.min(box.width / (columns * image.width), box.height / (rows * image.height));
}
