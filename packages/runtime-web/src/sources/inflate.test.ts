import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflate } from './inflate.ts';

const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 7);
const packed = deflateRawSync(bytes);

describe('inflate', () => {
  it('unpacks a stream', async () => {
    expect(Buffer.compare(await inflate(packed, bytes.length), bytes)).toBe(0);
  });

  it('returns a shorter result if the stream has fewer bytes than expected', async () => {
    expect(await inflate(packed, bytes.length + 5)).toHaveLength(bytes.length);
  });

  it('rejects a stream with more bytes than expected', async () => {
    await expect(inflate(packed, bytes.length - 1)).rejects.toThrow('got more than 299999 bytes');
  });

  it('rejects a damaged or truncated stream', async () => {
    for (const bad of [Uint8Array.of(0xff, 1, 2, 3), packed.subarray(0, packed.length >> 1)])
      await expect(inflate(bad, bytes.length)).rejects.toThrow();
  });
});
