import { describe, expect, it } from 'vitest';
import { byCodePoint, listingOf } from './folder-listing.ts';

describe('listingOf', () => {
  it('separates images from other files by extension, and ignores hidden files and folders', () => {
    const paths = ['b/2.PNG', 'a.txt', 'b/1.jpeg', '.git/x.png', 'b/.DS_Store', 'png', 'c.d/e'];
    expect(listingOf(paths, new Set(['.png', '.jpeg']))).toMatchObject({
      images: ['b/1.jpeg', 'b/2.PNG'],
      others: ['a.txt', 'c.d/e', 'png'],
    });
  });
});

it('byCodePoint orders strings by their UTF-8 bytes', () => {
  const names = ['a', 'ab', 'B', 'z', 'é', '\uffff', '😀', '😀a', ''];
  const utf8 = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect([...names].reverse().sort(byCodePoint)).toEqual(utf8);
});
