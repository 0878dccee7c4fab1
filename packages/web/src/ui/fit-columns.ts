interface Size {
  readonly width: number;
  readonly height: number;
}

/** Smallest acceptable size of images in rows without empty places, as a share of the largest possible size. */
const FULL_ROWS = 0.75;

/**
 * Chooses the number of images per row that makes them as large as possible in a box. A number that leaves no places
 * empty is preferred if the images are then at least 75 % as large. Of numbers that give equally large images, the
 * largest is chosen.
 *
 * @param cycle number of images after which their series repeats, such as the number of classes. If it repeats, a row
 *   has all images of the series, or an equal part of them.
 */
export function fitColumns(count: number, image: Size, box: Size, cycle?: number): number {
  let largest = { columns: 1, side: 0 };
  let full = { columns: 1, side: 0 };
  for (let columns = 1; columns <= count; columns++) {
    // If the series appears at most once, rows need not match it.
    if (cycle !== undefined && count > cycle && cycle % columns !== 0) continue;
    const side = scaleOf(count, image, box, columns);
    if (side > largest.side * (1 - 1e-9)) largest = { columns, side };
    if (count % columns === 0 && side > full.side * (1 - 1e-9)) full = { columns, side };
  }
  return full.side >= FULL_ROWS * largest.side ? full.columns : largest.columns;
}

/** Returns the width of all columns if the images are as large as the box allows. */
export function fittedWidth(count: number, image: Size, box: Size, columns: number): number {
  return columns * image.width * scaleOf(count, image, box, columns);
}

function scaleOf(count: number, image: Size, box: Size, columns: number): number {
  const rows = Math.ceil(count / columns);
  return Math.min(box.width / (columns * image.width), box.height / (rows * image.height));
}
