import { encode } from 'fast-png';
import type { Picture } from './picture.ts';
import { PictureError } from './picture-error.ts';
import { requireFilled } from './require-filled.ts';

export interface PngOptions {
  /** `tEXt` entries, keyword (1 to 79 characters) → text, both in Latin-1: the seed of a sample, say. Default none. */
  readonly text?: Readonly<Record<string, string>>;
}

/**
 * A picture as a PNG file (ISO/IEC 15948): 8 bits, grey or RGB, no interlace.
 * fast-png deflates in JavaScript (fflate), so equal pixels are equal bytes in Node and in a browser;
 * a native zlib would promise that for one version of itself only.
 *
 * @throws PictureError `BAD_SHAPE` where the data do not fill the picture, `BAD_OPTION` for text that PNG cannot hold
 */
export function encodePng(picture: Picture, options: PngOptions = {}): Uint8Array<ArrayBuffer> {
  const { width, height, channels, data } = picture;
  requireFilled('encodePng', picture);
  requireLatin1(options.text ?? {});
  const text = options.text === undefined ? {} : { text: { ...options.text } };
  return Uint8Array.from(
    encode({ width, height, channels, depth: 8, data, ...text }, { zlib: { level: 9 } }),
  );
}

function requireLatin1(text: Readonly<Record<string, string>>): void {
  for (const [keyword, value] of Object.entries(text)) {
    if (isLatin1(keyword + value) && keyword.length >= 1 && keyword.length <= 79) continue;
    throw new PictureError(
      'BAD_OPTION',
      `encodePng: text ${JSON.stringify(keyword)} is ${JSON.stringify(value)}; ` +
        'wanted a keyword of 1 to 79 characters and a text, both in Latin-1.',
    );
  }
}

function isLatin1(text: string): boolean {
  return [...text].every((character) => character <= '\xff');
}
