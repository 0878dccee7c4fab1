import { describe, expect, it } from 'vitest';
import { isBundlePath } from './files.ts';

describe('isBundlePath', () => {
  it.each(['a', 'unet/model.onnx', 'a b/ü.png', '..a'])('accepts %s', (path) =>
    expect(isBundlePath(path)).toBe(true),
  );
  it.each(['', '/a', '../a', 'a/../b', 'a//b', './a', 'a/', 'a\\b', 'C:a', 'a\0b'])('rejects %j', (path) =>
    expect(isBundlePath(path)).toBe(false),
  );
});
