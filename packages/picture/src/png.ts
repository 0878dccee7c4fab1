import { encode } from 'fast-png';
import { pictureError } from './errors.ts';
import type { Picture } from './picture.ts';
import { requireFilled } from './require-filled.ts';

export interface PngOptions {
  /** `tEXt` entries, such as the seed, by keyword (1 to 79 characters). Both are in Latin-1. Default: none. */
  readonly text?: Readonly<Record<string, string>> | undefined;
}

/**
 * Encodes a picture as PNG (ISO/IEC 15948) with 8 bits per sample, in grey, RGB or RGBA, without interlace. fast-png
 * deflates in JavaScript (fflate), so equal pixels give equal bytes in Node and browsers. Different versions of a
 * native zlib could give different bytes.
 *
 * @throws `PICTURE_SHAPE` if the data does not fill the picture; `PICTURE_OPTION` if PNG cannot store a text
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
    throw pictureError(
      'PICTURE_OPTION',
      `encodePng: text ${JSON.stringify(keyword)} is ${JSON.stringify(value)}; ` +
        'expected a keyword of 1 to 79 characters and a text, both in Latin-1.',
    );
  }
}

function isLatin1(text: string): boolean {
  return [...text].every((character) => character <= '\xff');
}
