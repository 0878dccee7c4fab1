import { plural } from '@isonoise/error';
import { DataError } from './errors.ts';
import type { ImageSize } from './image-size.ts';
import { sizeText } from './image-size.ts';
import { crop, type Raster } from './raster.ts';
import { closeEdges, sizeWithOverlap } from './seamless.ts';

/** The grid of a picture that contains several images in cells of equal size. */
export interface AtlasGrid {
  /** Size of a cell. */
  readonly cell: ImageSize;
  /** Pixels around the grid. Default 0. */
  readonly margin?: number | undefined;
  /** Pixels between cells. Default 0. */
  readonly spacing?: number | undefined;
}

/** Maximum number of cells in a picture. This limit bounds the memory, because each cell becomes an object. */
const MAX_CELLS = 2 ** 20;

/** A cell of a picture. */
interface Cell {
  readonly column: number;
  readonly row: number;
  readonly image: Raster;
}

export interface CutPicture {
  /** Cells with an image, row by row. */
  readonly cells: readonly Cell[];
  /** Number of omitted cells, which have a single colour. */
  readonly empty: number;
}

/**
 * Cuts a picture into the cells of a grid. A cell with a single colour, or without visible pixels, counts as empty.
 *
 * @param file prefix of the error messages
 * @throws DataError `DATA_FORMAT` if the grid does not fill the picture, or all cells are empty; `DATA_LIMIT` if
 *   there are too many cells
 */
export function cutAtlas(picture: Raster, grid: AtlasGrid, file: string): CutPicture {
  const { cell, margin = 0, spacing = 0 } = grid;
  const [columns, rows] = [
    cellsAlong(picture.width, cell.width, margin, spacing),
    cellsAlong(picture.height, cell.height, margin, spacing),
  ];
  if (columns === undefined || rows === undefined) {
    const fitting = fittingGrid(picture, cell);
    throw new DataError(
      'DATA_FORMAT',
      `${file}: the picture is ${picture.width}x${picture.height}, which is not a whole number of cells of ` +
        `${cell.width}x${cell.height}${gridText(margin, spacing)}; expected a grid that fills it. ` +
        (fitting === undefined
          ? 'Give the size of a cell, the margin and the spacing.'
          : `It would fit with${gridText(fitting.margin, fitting.spacing)}.`),
      { file },
    );
  }
  const all = cut(picture, cell, columns, rows, { margin, spacing: { x: spacing, y: spacing }, file });
  const cells = all.filter(({ image }) => !isBlank(image));
  if (cells.length === 0)
    throw new DataError(
      'DATA_FORMAT',
      `${file}: all ${all.length} cells of ${cell.width}x${cell.height} are empty (a single colour); expected images. Choose a different grid.`,
      { file },
    );
  return { cells, empty: all.length - cells.length };
}

/**
 * Cuts a picture into tiles, from its top left corner. Omits incomplete tiles at the right and the bottom.
 *
 * @param file prefix of the error message
 * @throws DataError `DATA_FORMAT` if the picture is smaller than a tile; `DATA_LIMIT` for too many tiles
 */
export function cutTiles(picture: Raster, tile: ImageSize, file: string): CutPicture {
  return cutParts(picture, tile, tile, file);
}

/**
 * Cuts a picture into tiles that repeat without a seam. Each tile is made from a larger part of the picture, so
 * neighbouring parts overlap.
 *
 * @param file prefix of the error message
 * @throws DataError `DATA_FORMAT` if the picture is smaller than a part; `DATA_LIMIT` for too many tiles
 */
export function cutSeamless(picture: Raster, tile: ImageSize, file: string): CutPicture {
  const { cells, empty } = cutParts(picture, tile, sizeWithOverlap(tile), file);
  return { cells: cells.map((cell) => ({ ...cell, image: closeEdges(cell.image, tile) })), empty };
}

/** Cuts a picture into parts, which begin at multiples of the tile size. @param part size of each part */
function cutParts(picture: Raster, tile: ImageSize, part: ImageSize, file: string): CutPicture {
  const along = (length: number, side: number, step: number): number =>
    Math.max(0, Math.floor((length - side) / step) + 1);
  const columns = along(picture.width, part.width, tile.width);
  const rows = along(picture.height, part.height, tile.height);
  if (columns === 0 || rows === 0)
    throw new DataError(
      'DATA_FORMAT',
      `${file}: the picture is ${picture.width}x${picture.height}, smaller than a tile of ${part.width}x${part.height}; ` +
        `expected at least ${sizeText(part)} pixels. Use a smaller size.`,
      { file },
    );
  const spacing = { x: tile.width - part.width, y: tile.height - part.height };
  return { cells: cut(picture, part, columns, rows, { margin: 0, spacing, file }), empty: 0 };
}

/** @throws DataError `DATA_LIMIT` for more than {@link MAX_CELLS} */
function cut(
  picture: Raster,
  { width, height }: ImageSize,
  columns: number,
  rows: number,
  {
    margin,
    spacing,
    file,
  }: {
    readonly margin: number;
    /** Pixels between cells; negative if cells overlap. */
    readonly spacing: { readonly x: number; readonly y: number };
    readonly file: string;
  },
): readonly Cell[] {
  if (rows * columns > MAX_CELLS)
    throw new DataError(
      'DATA_LIMIT',
      `${file}: has ${plural(rows * columns, 'image')} of ${width}x${height}; expected at most ${MAX_CELLS} per picture. ` +
        'Use a larger size.',
      { file },
    );
  return Array.from({ length: rows * columns }, (_, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const [left, top] = [margin + column * (width + spacing.x), margin + row * (height + spacing.y)];
    return { column, row, image: crop(picture, { left, top, width, height }) };
  });
}

/**
 * Returns the number of cells that fill a length; undefined if pixels remain. Spacing after the last cell is allowed.
 */
function cellsAlong(length: number, cell: number, margin: number, spacing: number): number | undefined {
  const free = length - 2 * margin;
  const count = Math.floor((free + spacing) / (cell + spacing));
  const rest = free - count * (cell + spacing);
  return count >= 1 && (rest === -spacing || rest === 0) ? count : undefined;
}

/** Returns the smallest margin and spacing with which the cells fill the picture. */
function fittingGrid(
  { width, height }: ImageSize,
  cell: ImageSize,
): { readonly margin: number; readonly spacing: number } | undefined {
  for (const spacing of [0, 1, 2, 4])
    for (const margin of [0, 1, 2, 4])
      if (
        cellsAlong(width, cell.width, margin, spacing) !== undefined &&
        cellsAlong(height, cell.height, margin, spacing) !== undefined
      )
        return { margin, spacing };
  return undefined;
}

function gridText(margin: number, spacing: number): string {
  const parts = [
    ...(margin === 0 ? [] : [`a margin of ${margin}`]),
    ...(spacing === 0 ? [] : [`a spacing of ${spacing}`]),
  ];
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`;
}

function isBlank({ channels, data }: Raster): boolean {
  const hasAlpha = channels === 2 || channels === 4;
  const isClear = (at: number): boolean => hasAlpha && data[at + channels - 1] === 0;
  for (let at = channels; at < data.length; at += channels) {
    if (isClear(at) && isClear(0)) continue;
    for (let c = 0; c < channels; c++) if (data[at + c] !== data[c]) return false;
  }
  return true;
}
