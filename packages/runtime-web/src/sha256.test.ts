import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256Hex, sha256InSlices } from './sha256.ts';

it.each([0, 3, 1 << 18, (1 << 18) + 1, 1_000_000])(
  'sha256Hex and sha256InSlices give the same hash of %d bytes as OpenSSL',
  async (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * i) & 255);
    const expected = createHash('sha256').update(bytes).digest('hex');
    expect(await sha256Hex(bytes)).toBe(expected);
    expect(await sha256InSlices(bytes)).toBe(expected);
  },
);
