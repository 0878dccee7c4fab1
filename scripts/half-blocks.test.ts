import { describe, expect, it } from 'vitest';
import { halfBlocks } from './half-blocks.ts';

describe('halfBlocks', () => {
  it('draws two rows of pixels in one line of characters', () => {
    const data = Uint8Array.of(0, 255, 128, 64);
    const text = halfBlocks({ width: 2, height: 2, channels: 1, data }, 80);
    expect(text).toBe(
      '\x1b[38;2;0;0;0m\x1b[48;2;128;128;128m▀\x1b[38;2;255;255;255m\x1b[48;2;64;64;64m▀\x1b[0m',
    );
  });

  it('shrinks the picture to the given columns by averaging', () => {
    const data = Uint8Array.of(0, 100, 0, 100, 50, 50, 50, 50, 200, 200, 200, 200, 10, 10, 10, 10);
    const text = halfBlocks({ width: 4, height: 4, channels: 1, data }, 2);
    expect(text.match(/38;2;50;50;50/g)).toHaveLength(2);
    expect(text.match(/48;2;105;105;105/g)).toHaveLength(2);
  });
});
