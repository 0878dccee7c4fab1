import { describe, expect, it } from 'vitest';
import { imageKind } from './image-format.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

describe('the format of an image', () => {
  it.each([
    ['\x89PNG\r\n\x1a\n', 'png'],
    ['\xff\xd8\xff\xe0', 'jpeg'],
    ['RIFF\x10\0\0\0WEBPVP8 ', 'webp'],
    ['GIF87a', 'gif'],
    ['II*\0', 'tiff'],
    ['MM\0*', 'tiff'],
  ])('of the bytes %j is %s', (content, kind) => {
    expect(imageKind(bytes(content), 'a')).toBe(kind);
  });

  it.each([
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'is SVG by its content'],
    ['\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn -->\n<svg/>', 'is SVG by its content'],
    ['<!DOCTYPE html><p>Not found', 'is a web page (HTML) by its content'],
    ['\0\0\0\x1cftypavif', 'is AVIF by its content'],
    ['\0\0\0\x18ftypheic', 'is HEIC by its content'],
    ['BM6\0', 'is BMP by its content'],
    ['%PDF-1.7', 'is PDF by its content'],
    ['version https://git-lfs.github.com/spec/v1', 'is a Git LFS pointer (run git lfs pull) by its content'],
    ['no image', 'is not an image of a known format'],
  ])('of the bytes %j is refused by what they are', (content, said) => {
    expect(() => imageKind(bytes(content), 'b/a.png')).toThrow(
      `b/a.png: ${said}; expected PNG, JPEG, WebP, GIF or TIFF.`,
    );
  });

  it('of a file that the caller does not decode is refused, and not named as expected', () => {
    const kind = (content: string): string => imageKind(bytes(content), 'a.png', ['tiff']);
    expect(kind('GIF89a')).toBe('gif');
    const expected = 'expected PNG, JPEG, WebP or GIF. Convert it.';
    expect(() => kind('II*\0')).toThrow(`a.png: is TIFF by its content; ${expected}`);
    expect(() => kind('II+\0')).toThrow(`a.png: is BigTIFF by its content; ${expected}`);
    expect(() => kind('no image')).toThrow(`a.png: is not an image of a known format; ${expected}`);
  });

  it('of an empty file is refused', () => {
    expect(() => imageKind(new Uint8Array(), 'a.png')).toThrow(
      expect.objectContaining({ code: 'DATA_EMPTY', message: 'a.png: the file is empty; expected an image' }),
    );
  });
});
