import { describe, expect, it } from 'vitest';
import { imageExtensions, imageFormats, imageKind } from './image-format.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

describe('imageKind', () => {
  it.each([
    ['\x89PNG\r\n\x1a\n', 'png'],
    ['\xff\xd8\xff\xe0', 'jpeg'],
    ['RIFF\x10\0\0\0WEBPVP8 ', 'webp'],
    ['GIF87a', 'gif'],
    ['II*\0', 'tiff'],
    ['MM\0*', 'tiff'],
    ['\0\0\0\x1cftypavif', 'avif'],
    ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'svg'],
    ['\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn -->\n<svg/>', 'svg'],
  ])('detects that %j is %s', (content, kind) => {
    expect(imageKind(bytes(content), 'a')).toBe(kind);
  });

  it('detects SVG behind a long comment', () => {
    const content = `<?xml version="1.0"?><!-- ${'long '.repeat(200)} --><svg:svg/>`;
    expect(imageKind(bytes(content), 'a')).toBe('svg');
  });

  it.each([
    ['<?xml version="1.0"?><rss/>', 'is XML by its content'],
    ['<!DOCTYPE html><p>Not found', 'is a web page (HTML) by its content'],
    ['\0\0\0\x18ftypheic', 'is HEIC by its content'],
    ['BM6\0', 'is BMP by its content'],
    ['%PDF-1.7', 'is PDF by its content'],
    ['not an image', 'is not an image of a known format'],
  ])('refuses %j, and reports its format', (content, found) => {
    expect(() => imageKind(bytes(content), 'b/a.png')).toThrow(
      `b/a.png: ${found}; expected PNG, JPEG, WebP, GIF, TIFF, AVIF or SVG.`,
    );
  });

  it('refuses a format that the caller cannot decode, and does not list it among the expected ones', () => {
    const kind = (content: string): string => imageKind(bytes(content), 'a.png', ['tiff', 'svg']);
    expect(kind('GIF89a')).toBe('gif');
    const expected = 'expected PNG, JPEG, WebP, GIF or AVIF. Convert it.';
    expect(() => kind('II*\0')).toThrow(`a.png: is TIFF by its content; ${expected}`);
    expect(() => kind('II+\0')).toThrow(`a.png: is BigTIFF by its content; ${expected}`);
    expect(() => kind('not an image')).toThrow(`a.png: is not an image of a known format; ${expected}`);
  });

  it('refuses a Git LFS pointer, with advice on fetching the file', () => {
    expect(() => imageKind(bytes('version https://git-lfs.github.com/spec/v1'), 'a.png')).toThrow(
      'a.png: is a Git LFS pointer by its content; expected PNG, JPEG, WebP, GIF, TIFF, AVIF or SVG. ' +
        'Fetch the file itself with `git lfs pull`.',
    );
  });

  it('refuses an empty file', () => {
    expect(() => imageKind(new Uint8Array(), 'a.png')).toThrow(
      expect.objectContaining({
        code: 'DATA_EMPTY',
        message: 'a.png: the file is empty; expected an image. Get it again.',
      }),
    );
  });
});

it('imageExtensions and imageFormats list the formats that the caller decodes', () => {
  expect(imageFormats()).toBe('PNG, JPEG, WebP, GIF, TIFF, AVIF or SVG');
  expect(imageFormats(['tiff', 'svg'])).toBe('PNG, JPEG, WebP, GIF or AVIF');
  expect([...imageExtensions(['tiff', 'svg'])].join(' ')).toBe('.png .jpg .jpeg .jpe .jfif .webp .gif .avif');
  expect([...imageExtensions()].filter((each) => !imageExtensions(['tiff', 'svg']).has(each))).toEqual([
    '.tif',
    '.tiff',
    '.svg',
  ]);
});
