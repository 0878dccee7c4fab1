import { expect, it } from 'vitest';
import { blankLayers, colourAt, fittingColour, hasMask, isBlank, sameLayers } from './layers.ts';

it('blankLayers makes black, white and transparent pictures without a mask', () => {
  const size = { width: 2, height: 1 };
  expect(colourAt(blankLayers(size, 1), { x: 1, y: 0 })).toEqual([0, 0, 0, 255]);
  expect(colourAt(blankLayers(size, 3), { x: 1, y: 0 })).toEqual([255, 255, 255, 255]);
  expect(colourAt(blankLayers(size, 4), { x: 1, y: 0 })).toEqual([0, 0, 0, 0]);
  expect(hasMask(blankLayers(size, 4))).toBe(false);
  expect(([1, 3, 4] as const).map((channels) => isBlank(blankLayers(size, channels)))).toEqual([
    true,
    true,
    true,
  ]);
  expect(isBlank({ ...blankLayers(size, 1), pixels: Uint8ClampedArray.of(0, 0, 0, 255, 1, 1, 1, 255) })).toBe(
    false,
  );
});

// ITU-R BT.709: pure red has the luminance 0.2126, which is the sRGB level 127; pure green has 0.7152, which is the
// level 220.
it('fittingColour returns greys for grey pictures, and opaque colours for pictures without alpha', () => {
  expect(fittingColour([255, 0, 0, 9], 1)).toEqual([127, 127, 127, 255]);
  expect(fittingColour([0, 255, 0, 255], 1)).toEqual([220, 220, 220, 255]);
  expect(fittingColour([1, 2, 3, 9], 3)).toEqual([1, 2, 3, 255]);
  expect(fittingColour([1, 2, 3, 9], 4)).toEqual([1, 2, 3, 9]);
});

it('sameLayers compares size, channels, pixels and mask', () => {
  const layers = blankLayers({ width: 2, height: 1 }, 3);
  expect(sameLayers(layers, blankLayers({ width: 2, height: 1 }, 3))).toBe(true);
  for (const other of [
    blankLayers({ width: 1, height: 2 }, 3),
    { ...layers, channels: 1 as const },
    { ...layers, pixels: layers.pixels.map((level, i) => (i === 7 ? 0 : level)) },
    { ...layers, mask: Uint8Array.of(0, 1) },
  ])
    expect(sameLayers(layers, other)).toBe(false);
});
