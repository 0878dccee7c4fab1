import { expect, it } from 'vitest';
import { blankLayers, type Colour } from './layers.ts';
import { paint } from './paint.ts';
import { paletteOf } from './palette.ts';

it('paletteOf returns basic colours, then the most frequent colours of the picture, without similar ones', () => {
  const rare: Colour = [10, 200, 200, 255];
  const often: Colour = [200, 10, 200, 255];
  const similar: Colour = [201, 12, 199, 255];
  const at = (xs: readonly number[]) => xs.map((x) => ({ x, y: 0 }));
  let layers = blankLayers({ width: 9, height: 1 }, 3);
  layers = paint(layers, at([0]), 1, { colour: rare });
  layers = paint(layers, at([1, 2, 3]), 1, { colour: often });
  layers = paint(layers, at([4, 5]), 1, { colour: similar });
  expect(paletteOf(layers).slice(-2)).toEqual([often, rare]);
});

it('paletteOf returns only greys for grey pictures, and no transparent colours', () => {
  const greys = paletteOf(blankLayers({ width: 2, height: 2 }, 1));
  expect(greys.every(([r, g, b, a]) => r === g && g === b && a === 255)).toBe(true);
  expect(paletteOf(blankLayers({ width: 2, height: 2 }, 4)).every(([, , , a]) => a === 255)).toBe(true);
});
