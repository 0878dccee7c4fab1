import { expect, it } from 'vitest';
import { coloursOf, isLookRecord, lookRecord } from './look-record.ts';

it('coloursOf reads the colours that lookRecord writes', () => {
  const palette = [
    [0, 0, 0, 0],
    [255, 136, 9, 255],
  ] as const;
  const record = lookRecord({ palette, colours: 2, asymmetry: 0.123456 });
  expect(record).toEqual({ palette: ['#00000000', '#ff8809ff'], asymmetry: 0.1235 });
  expect(coloursOf(record.palette ?? [])).toEqual(palette);
  expect(isLookRecord(JSON.parse(JSON.stringify(record)))).toBe(true);
});

it('lookRecord records the number of colours if there are too many for a palette', () => {
  const record = lookRecord({ palette: null, colours: 300, asymmetry: 0 });
  expect(record).toEqual({ palette: null, colours: 300, asymmetry: 0 });
  expect([record, { palette: null, asymmetry: 0 }].map(isLookRecord)).toEqual([true, true]);
});

it.each([
  null,
  'a',
  {},
  { palette: [], asymmetry: 0 },
  { palette: ['red'], asymmetry: 0 },
  { palette: null },
  { palette: null, colours: '300', asymmetry: 0 },
  { palette: null, colours: 65_537, asymmetry: 0 },
  { palette: new Array(257).fill('#000000ff'), asymmetry: 0 },
])('isLookRecord refuses %j', (value) => {
  expect(isLookRecord(value)).toBe(false);
});
