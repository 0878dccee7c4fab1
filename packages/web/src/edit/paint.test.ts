import { expect, it } from 'vitest';
import { blankLayers, type Colour, colourAt, type Layers } from './layers.ts';
import { changeMask, eraser, fill, paint } from './paint.ts';

const RED: Colour = [255, 0, 0, 255];
const blank = blankLayers({ width: 5, height: 3 }, 3);

/** Draws red pixels as `#`, and masked ones as `m`. */
function show(layers: Layers): string {
  const { width, height, mask } = layers;
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) =>
      mask[y * width + x] === 1 ? 'm' : colourAt(layers, { x, y })[1] === 0 ? '#' : '.',
    ).join(''),
  ).join(' ');
}

it('paint colours the pixels of the brush inside the picture, and does not change the given layers', () => {
  const painted = paint(blank, [{ x: 0, y: 0 }], 3, { colour: RED });
  expect(show(painted)).toBe('##... ##... .....');
  expect(show(blank)).toBe('..... ..... .....');
  expect(show(paint(painted, [{ x: 0, y: 0 }], 1, eraser(painted)))).toBe('.#... ##... .....');
  expect(show(paint(blank, [{ x: 4, y: 2 }], 1, { mask: 1 }))).toBe('..... ..... ....m');
});

it('eraser makes pictures with alpha transparent', () => {
  const clear = blankLayers({ width: 1, height: 1 }, 4);
  const red = paint(clear, [{ x: 0, y: 0 }], 1, { colour: RED });
  expect([...red.pixels]).toEqual([...RED]);
  expect([...paint(red, [{ x: 0, y: 0 }], 1, eraser(red)).pixels]).toEqual([0, 0, 0, 0]);
});

it('fill stops at other colours and does not pass between diagonal pixels', () => {
  const diagonal = [0, 1, 2].map((y) => ({ x: 2 - y, y }));
  const wall = paint(blank, diagonal, 1, { colour: RED });
  expect(show(wall)).toBe('..#.. .#... #....');
  expect(show(fill(wall, { x: 0, y: 0 }, { colour: RED }))).toBe('###.. ##... #....');
  expect(show(fill(wall, { x: 9, y: 0 }, { colour: RED }))).toBe('..#.. .#... #....');
});

it('fill with an ink for the mask follows the mask, not the colours', () => {
  const wall = paint(
    blank,
    [0, 1, 2].map((y) => ({ x: 1, y })),
    1,
    { mask: 1 },
  );
  expect(show(fill(wall, { x: 4, y: 0 }, { mask: 1 }))).toBe('.mmmm .mmmm .mmmm');
});

it('changeMask masks all pixels or none, or inverts the mask', () => {
  const one = paint(blank, [{ x: 0, y: 0 }], 1, { mask: 1 });
  expect(show(changeMask(one, 'opposite'))).toBe('.mmmm mmmmm mmmmm');
  expect(show(changeMask(one, 'all'))).toBe('mmmmm mmmmm mmmmm');
  expect(show(changeMask(one, 'none'))).toBe('..... ..... .....');
});
