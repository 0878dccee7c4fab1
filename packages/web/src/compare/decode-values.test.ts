import { expect, it } from 'vitest';
import { decodeValues } from './decode-values.ts';

it('decodeValues reads little-endian float32 values, including -0 and subnormals', () => {
  // 1, -0, 3.4028235e38 and the smallest float32, lowest byte first
  const bytes = [0, 0, 128, 63, 0, 0, 0, 128, 255, 255, 127, 127, 1, 0, 0, 0];
  const values = decodeValues(Buffer.from(bytes).toString('base64'));
  expect([...values]).toEqual([1, -0, 3.4028234663852886e38, 2 ** -149]);
});
