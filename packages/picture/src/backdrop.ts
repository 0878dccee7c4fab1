/** Red, green and blue, 0..255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * The background of images with alpha. `transparent` keeps the alpha channel. With all other backdrops, the picture
 * is opaque. Images without alpha hide the backdrop.
 */
export type Backdrop = 'checkerboard' | 'transparent' | Rgb;

/**
 * Greys and side length of the checkerboard. Both greys differ clearly from white and black, so white and black
 * objects stay visible.
 */
const CHECKERS = { light: 224, dark: 192, side: 8 } as const;

/** Returns the grey of the checkerboard at a point, given in pixels of the picture from the top left of an image. */
export function checkerAt(x: number, y: number): number {
  return (Math.floor(x / CHECKERS.side) + Math.floor(y / CHECKERS.side)) % 2 === 0
    ? CHECKERS.light
    : CHECKERS.dark;
}
