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
    'a GIMP palette',
    'GIMP Palette\nName: Test\nColumns: 4\n#\n255 136   0\tOrange\n  0   0   0\tBlack\n',
    [
      [255, 136, 0, 255],
      [0, 0, 0, 255],
    ],
  ],
  [
    'a JASC palette',
    'JASC-PAL\n0100\n2\n255 136 0\n1 2 3\n',
    [
      [255, 136, 0, 255],
      [1, 2, 3, 255],
    ],
  ],
  [
    'a GIMP palette with alpha',
    'GIMP Palette\nChannels: RGBA\n#ff0000\n255 136 0 128 Orange\n',
    [[255, 136, 0, 128]],
  ],
  ['a palette with comments', '# my colours\n#\n#ff8800\n', [[255, 136, 0, 255]]],
])('parsePalette reads %s', (_title, text, colours) => {
  expect(parsePalette(text, 'p.hex')).toEqual(colours);
});

it.each([
  [
    'a short colour',
    '#ff8800\n\n#ff880\n',
    'line 3 is "#ff880"; expected a colour such as #ff8800 or 255 136 0',
  ],
  ['a number above 255', '1 2 3\n300 1 2\n', 'line 2 is "300 1 2"'],
  ['text that is not a colour', 'hello\n', 'line 1 is "hello"'],
  ['two numbers', 'GIMP Palette\n1 2\n', 'line 2 is "1 2"; expected a colour such as 255 136 0. Correct'],
  ['a hexadecimal colour in a GIMP palette', 'GIMP Palette\nff8800\n', 'line 2 is "ff8800"'],
  [
    'a missing alpha',
    'GIMP Palette\nChannels: RGBA\n1 2 3 Red\n',
    'line 3 is "1 2 3 Red"; expected a colour such as 255 136 0 255',
  ],
  ['text after the colours of a JASC palette', 'JASC-PAL\n0100\n1\n1 2 3\nend\n', 'line 5 is "end"'],
  [
    'a palette of paint.net, because its colours begin with alpha',
    ';paint.net\nFF112233\n',
    'line 1 is ";paint.net"',
  ],
  ['a long line', 'x'.repeat(1000), `line 1 is "${'x'.repeat(40)}…"`],
])('parsePalette refuses %s', (_title, text, problem) => {
  expect(() => parsePalette(text, 'p.hex')).toThrow(`--palette p.hex: ${problem}`);
});
