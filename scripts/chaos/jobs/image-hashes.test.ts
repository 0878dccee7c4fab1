import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodeNpy } from '@isonoise/picture';
import { describe, expect, it } from 'vitest';
import { imageHashes, requireSameImages } from './image-hashes.ts';

it('imageHashes returns the SHA-256 of the bytes of each image', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'isonoise-hashes-'));
  try {
    const file = path.join(folder, 'images.npy');
    await writeFile(file, encodeNpy(new Float32Array([0, 0, 1, 0]), [2, 1, 1, 2]));
    expect(await imageHashes(file)).toEqual([
      // head -c 8 /dev/zero | sha256sum
      'af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4de5b2328de0e83dfc',
      // printf '\x00\x00\x80\x3f\x00\x00\x00\x00' | sha256sum
      '434b26042aff3fb844a4c4c6be0d81a079b0ce84cfb8190679024404e5dc4822',
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('requireSameImages', () => {
  const ranges = [
    { first: 2, count: 1 },
    { first: 0, count: 2 },
  ];
  it('accepts equal images in ranges that cover them once', () => {
    expect(() => requireSameImages(['a', 'b', 'c'], ['a', 'b', 'c'], ranges)).not.toThrow();
  });
  it.each([
    ['a different image', ['a', 'x', 'c'], ranges, '1 differ'],
    ['a missing image', ['a', 'b'], ranges, 'has 2 images'],
    ['a repeated range', ['a', 'b', 'c'], [...ranges, ...ranges], 'expected image 2'],
    ['a gap', ['a', 'b', 'c'], ranges.slice(0, 1), 'begins at image 2; expected image 0'],
    ['a missing range', ['a', 'b', 'c'], ranges.slice(1), 'end at image 2'],
  ])('refuses %s', (_, got, parts, message) => {
    expect(() => requireSameImages(['a', 'b', 'c'], got, parts)).toThrow(message);
  });
});
