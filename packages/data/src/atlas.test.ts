import { describe, expect, it } from 'vitest';
import { cutAtlas, cutTiles } from './atlas.ts';
import type { Raster } from './raster.ts';

/** Draws a picture whose 2×2 cells contain the values 1 and 2, 3 and 4, …, with 9 between and around the cells. */
function sheet(columns: number, rows: number, margin = 0, spacing = 0): Raster {
  const side = (count: number): number => 2 * margin + count * 2 + (count - 1) * spacing;
  const [width, height] = [side(columns), side(rows)];
  const data = new Uint8Array(width * height).fill(9);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (let i = 0; i < 4; i++) {
        const x = margin + column * (2 + spacing) + (i % 2);
        const y = margin + row * (2 + spacing) + (i >> 1);
        data[y * width + x] = 2 * (row * columns + column) + (i % 2) + 1;
      }
  return { width, height, channels: 1, data };
}

const cell = { width: 2, height: 2 };

/** A picture of 2²⁰ + 1024 pixels. */
const large: Raster = { width: 1024, height: 1025, channels: 1, data: new Uint8Array(1024 * 1025) };
const pixel = { width: 1, height: 1 };

describe('cutAtlas', () => {
  it('refuses pictures with more than 2²⁰ cells', () => {
    expect(() => cutAtlas(large, { cell: pixel }, 'a.png')).toThrow(
      'a.png: has 1049600 images of 1x1; expected at most 1048576 per picture',
    );
    expect(() => cutTiles(large, pixel, 'a.png')).toThrow('has 1049600 images');
  });

  it.each([
    [0, 0],
    [1, 0],
    [0, 1],
    [3, 2],
  ])('cuts cells row by row with a margin of %i and a spacing of %i', (margin, spacing) => {
    const { cells, empty } = cutAtlas(sheet(3, 2, margin, spacing), { cell, margin, spacing }, 'a.png');
    expect(empty).toBe(0);
    expect(cells.map(({ column, row }) => [column, row])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
    expect(cells.map(({ image }) => [...image.data])).toEqual(
      [0, 1, 2, 3, 4, 5].map((k) => [2 * k + 1, 2 * k + 2, 2 * k + 1, 2 * k + 2]),
    );
  });

  it('omits and counts cells of a single colour and transparent cells', () => {
    const data = Uint8Array.of(5, 5, 1, 2, 5, 5, 1, 2);
    const picture: Raster = { width: 4, height: 2, channels: 1, data };
    expect(cutAtlas(picture, { cell }, 'a.png')).toMatchObject({ cells: [{ column: 1, row: 0 }], empty: 1 });
    // With grey and alpha, invisible pixels may have any grey.
    const clear = Uint8Array.of(1, 0, 2, 0, 1, 255, 2, 255, 3, 0, 4, 0, 1, 255, 2, 255);
    const withAlpha: Raster = { width: 4, height: 2, channels: 2, data: clear };
    expect(cutAtlas(withAlpha, { cell }, 'a.png')).toMatchObject({ cells: [{ column: 1 }], empty: 1 });
  });

  it('refuses a grid that does not fill the picture, and suggests one that does', () => {
    expect(() => cutAtlas(sheet(3, 2, 0, 1), { cell }, 'a.png')).toThrow(
      'a.png: the picture is 8x5, which is not a whole number of cells of 2x2; expected a grid that fills it. ' +
        'It would fit with a spacing of 1.',
    );
    expect(() => cutAtlas(sheet(3, 2), { cell: { width: 5, height: 5 } }, 'a.png')).toThrow(
      'Give the size of a cell, the margin and the spacing.',
    );
  });

  it('refuses a picture whose cells are all empty', () => {
    const picture: Raster = { width: 4, height: 4, channels: 1, data: new Uint8Array(16) };
    expect(() => cutAtlas(picture, { cell }, 'a.png')).toThrow(
      'a.png: all 4 cells of 2x2 are empty (a single colour); expected images.',
    );
  });
});

describe('cutTiles', () => {
  it('cuts from the top left, and omits incomplete tiles', () => {
    const { cells } = cutTiles(sheet(2, 2, 0, 1), cell, 'a.png');
    expect(cells).toHaveLength(4);
    expect([...(cells[0]?.image.data ?? [])]).toEqual([1, 2, 1, 2]);
  });

  it('refuses a picture smaller than a tile', () => {
    expect(() => cutTiles(sheet(1, 1), { width: 4, height: 2 }, 'a.png')).toThrow(
      'a.png: the picture is 2x2, smaller than a tile of 4x2; expected at least 4x2 pixels. Use a smaller size.',
    );
  });
});
