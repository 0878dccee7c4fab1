import { expect, it } from 'vitest';
import { savesData } from './saves-data.ts';

it.each([
  [{}, false],
  [{ connection: {} }, false],
  [{ connection: { saveData: false, effectiveType: '4g', type: 'wifi' } }, false],
  [{ connection: { saveData: true, effectiveType: '4g' } }, true],
  [{ connection: { effectiveType: '4g', type: 'cellular' } }, true],
  [{ connection: { effectiveType: 'slow-2g' } }, true],
  [{ connection: { effectiveType: '3g' } }, true],
])('savesData of %j is %j', (navigator, expected) => {
  expect(savesData(navigator)).toBe(expected);
});
