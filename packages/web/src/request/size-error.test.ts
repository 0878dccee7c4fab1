import { expect, it } from 'vitest';
import { sizeError } from './size-error.ts';

const square = (side: number) => ({ channels: 4, height: side, width: side });

it('sizeError limits the values of a request to 2^26', () => {
  // 4·1024² values are 2^22, and 16 of them are 2^26.
  expect(sizeError(16, square(1024), undefined)).toBeNull();
  expect(sizeError(17, square(1024), undefined)).toBe(
    '71,303,168 values in all; a page holds at most 67,108,864. Draw fewer or smaller pictures.',
  );
});

it('sizeError limits the sides of the sheet', () => {
  expect(sizeError(1024, square(128), undefined)).toBeNull();
  expect(sizeError(1024, square(128), 1)).toContain('The sheet would be too large');
});
