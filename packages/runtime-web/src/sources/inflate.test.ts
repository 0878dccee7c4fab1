import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflate } from './inflate.ts';

const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 7);
const packed = deflateRawSync(bytes);

describe('inflate', () => {
  it('unpacks a stream', async () => {
    expect(Buffer.compare(await inflate(packed, bytes.length), bytes)).toBe(0);
  });

  it('answers what there is where that is less than promised', async () => {
    expect(await inflate(packed, bytes.length + 5)).toHaveLength(bytes.length);
  });

  it('stops at more bytes than promised', async () => {
    await expect(inflate(packed, bytes.length - 1)).rejects.toThrow('more than 299999 bytes');
  });

  it('refuses a stream that is damaged or cut off', async () => {
    for (const bad of [Uint8Array.of(0xff, 1, 2, 3), packed.subarray(0, packed.length >> 1)])
      await expect(inflate(bad, bytes.length)).rejects.toThrow();
  });
});
