import { describe, expect, it } from 'vitest';
import { sameBytes } from './same-bytes.ts';

describe('sameBytes', () => {
  const bytes = Uint8Array.from({ length: 23 }, (_, i) => i);

  it.each([0, 1, 2, 3])('compares arrays at byte offset %s', (offset) => {
    const other = new Uint8Array(offset + 23);
    other.set(bytes, offset);
    const view = other.subarray(offset);
    expect(sameBytes(bytes, view)).toBe(true);
    for (let i = 0; i < 23; i++) {
      view[i] = 99;
      expect(sameBytes(bytes, view)).toBe(false);
      view[i] = i;
    }
    expect(sameBytes(bytes, view.subarray(1))).toBe(false);
  });

  it('distinguishes 0 from −0, and NaNs with different bits', () => {
    const raw = (...words: number[]): Uint8Array => new Uint8Array(Uint32Array.from(words).buffer);
    expect(sameBytes(raw(0), raw(0x80000000))).toBe(false);
    expect(sameBytes(raw(0x7fc00000), raw(0x7fc00001))).toBe(false);
    expect(sameBytes(raw(0x7fc00000), raw(0x7fc00000))).toBe(true);
  });
});
