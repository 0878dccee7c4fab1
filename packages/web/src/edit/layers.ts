import { planarOf } from '@isonoise/data';

/** A colour as bytes. It is straight: red, green and blue are not multiplied by alpha. */
export type Colour = readonly [red: number, green: number, blue: number, alpha: number];

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Column and row of a pixel, counted from 0. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Channels of images that can be painted: grey, colour, or colour with alpha. */
export type PaintChannels = 1 | 3 | 4;

/** Whether images with this number of channels can be painted. */
export const isPaintable = (channels: number): channels is PaintChannels =>
  channels === 1 || channels === 3 || channels === 4;

/** A picture to edit, and its mask. Layers never change; each edit creates new ones. */
export interface Layers extends Size {
  readonly channels: PaintChannels;
  /**
   * Straight colours and alpha, `[H, W, 4]`. In grey pictures, red, green and blue are equal. Pictures without alpha
   * are opaque.
   */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  /** `[H, W]`: 1 where the picture is drawn again, otherwise 0. */
  readonly mask: Uint8Array<ArrayBuffer>;
}

/** The colour of an empty picture: black for grey, white for colour, transparent with alpha. */
export function blankColour(channels: PaintChannels): Colour {
  if (channels === 4) return [0, 0, 0, 0];
  return channels === 1 ? [0, 0, 0, 255] : [255, 255, 255, 255];
}

export function blankLayers({ width, height }: Size, channels: PaintChannels): Layers {
  const pixels = new Uint8ClampedArray(4 * width * height);
  const colour = blankColour(channels);
  for (let i = 0; i < pixels.length; i += 4) pixels.set(colour, i);
  return { width, height, channels, pixels, mask: new Uint8Array(width * height) };
}

/** Whether a picture has only the colour of an empty picture. */
export const isBlank = ({ pixels, channels }: Layers): boolean => {
  const colour = blankColour(channels);
  return pixels.every((level, i) => level === colour[i % 4]);
};

export const isInside = ({ width, height }: Size, { x, y }: Point): boolean =>
  x >= 0 && y >= 0 && x < width && y < height;

/** The colour of a pixel inside the picture. */
export function colourAt({ pixels, width }: Layers, { x, y }: Point): Colour {
  const at = 4 * (y * width + x);
  const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.subarray(at, at + 4);
  return [red, green, blue, alpha];
}

/** Converts a colour for a picture: to a grey of equal luminance for 1 channel, to an opaque colour for 3 channels. */
export function fittingColour([red, green, blue, alpha]: Colour, channels: PaintChannels): Colour {
  if (channels === 4) return [red, green, blue, alpha];
  if (channels === 3) return [red, green, blue, 255];
  const [grey = 0] = planarOf(Uint8ClampedArray.of(red, green, blue, 255), 1);
  return [grey, grey, grey, 255];
}

export const sameColour = (a: Colour, b: Colour): boolean => a.every((level, c) => level === b[c]);

/** Whether two pictures have the same size, channels, pixels and mask. */
export const sameLayers = (a: Layers, b: Layers): boolean =>
  a.width === b.width &&
  a.height === b.height &&
  a.channels === b.channels &&
  a.pixels.every((level, i) => level === b.pixels[i]) &&
  a.mask.every((level, i) => level === b.mask[i]);

/** Whether any pixel is drawn again. */
export const hasMask = ({ mask }: Layers): boolean => mask.includes(1);
