import { encode } from 'fast-png';
import type { Picture } from './picture.ts';

export interface PngOptions {
  /** `tEXt` entries, keyword → Latin-1 text: the seed and the model of a sample, say. Default none. */
  readonly text?: Readonly<Record<string, string>>;
}

/**
 * A picture as a PNG file (ISO/IEC 15948): 8 bits, grey or RGB, no interlace.
 * fast-png deflates in JavaScript (fflate), so equal pixels are equal bytes in Node and in a browser;
 * a native zlib would promise that for one version of itself only.
 */
export function encodePng(picture: Picture, options: PngOptions = {}): Uint8Array<ArrayBuffer> {
  const { width, height, channels, data } = picture;
  const text = options.text === undefined ? {} : { text: { ...options.text } };
  return Uint8Array.from(
    encode({ width, height, channels, depth: 8, data, ...text }, { zlib: { level: 9 } }),
  );
}
