import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256Hex, sha256InSlices } from './sha256.ts';

it.each([0, 3, 1 << 18, (1 << 18) + 1, 1_000_000])(
  'hashes %d bytes as OpenSSL does, both ways',
  async (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * i) & 255);
    const wanted = createHash('sha256').update(bytes).digest('hex');
    expect(await sha256Hex(bytes)).toBe(wanted);
    expect(await sha256InSlices(bytes)).toBe(wanted);
  },
);
