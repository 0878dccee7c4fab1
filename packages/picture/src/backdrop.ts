/** Red, green and blue, 0..255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * The background behind images with alpha. `transparent` keeps the alpha channel; with the others, the picture is
 * opaque. Images without alpha hide it.
 */
export type Backdrop = 'checkerboard' | 'transparent' | Rgb;

/**
 * Greys of the checkerboard. Both differ clearly from white and from black, so that objects of these colours stay visible.
 */
const CHECKERS = { light: 224, dark: 192, side: 8 } as const;

/** Grey of a checkerboard at a point, in pixels of the picture from the top left of an image. */
export function checkerAt(x: number, y: number): number {
  return (Math.floor(x / CHECKERS.side) + Math.floor(y / CHECKERS.side)) % 2 === 0
    ? CHECKERS.light
    : CHECKERS.dark;
}
