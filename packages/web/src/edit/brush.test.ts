import { expect, it } from 'vitest';
import { brushPixels } from './brush.ts';

/** Draws the pixels of a brush at (4, 4) as text. */
function shape(side: number): string {
  const points = brushPixels({ x: 4, y: 4 }, side);
  const rows = [...new Set(points.map(({ y }) => y))];
  return rows
    .map((row) =>
      Array.from({ length: 9 }, (_, x) =>
        points.some((each) => each.x === x && each.y === row) ? '#' : '.',
      ).join(''),
    )
    .join(' ');
}

it('brushPixels returns squares for small sides, and discs for larger ones', () => {
  expect(shape(1)).toBe('....#....');
  expect(shape(2)).toBe('...##.... ...##....');
  expect(shape(3)).toBe('...###... ...###... ...###...');
  expect(shape(4)).toBe('...##.... ..####... ..####... ...##....');
  expect(shape(5)).toBe('...###... ..#####.. ..#####.. ..#####.. ...###...');
});
