import { expect, it } from 'vitest';
import { parsePalette } from './palette-file.ts';

it.each([
  [
    'hexadecimal colours',
    '#ff8800\n0x00ff00\r\n0000FF80\n\n',
    [
      [255, 136, 0, 255],
      [0, 255, 0, 255],
      [0, 0, 255, 128],
    ],
  ],
  [
    'GIMP',
    'GIMP Palette\nName: Test\nColumns: 4\n#\n255 136   0\tOrange\n  0   0   0\tBlack\n',
    [
      [255, 136, 0, 255],
      [0, 0, 0, 255],
    ],
  ],
  [
    'JASC',
    'JASC-PAL\n0100\n2\n255 136 0\n1 2 3\n',
    [
      [255, 136, 0, 255],
      [1, 2, 3, 255],
    ],
  ],
  ['other text', 'hello\n300 1 2\n12345\n', []],
])('parsePalette reads %s', (_title, text, colours) => {
  expect(parsePalette(text)).toEqual(colours);
});
