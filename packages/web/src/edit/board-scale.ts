import type { Point, Size } from './layers.ts';

/** Zoom factors; 1 fits the picture into the available space. */
const ZOOMS = [1, 2, 4, 8] as const;
export type Zoom = (typeof ZOOMS)[number];

/** Returns the next zoom; the same one at the end. @param by steps, for example −1 */
export const nextZoom = (zoom: Zoom, by: number): Zoom => ZOOMS[ZOOMS.indexOf(zoom) + by] ?? zoom;

/**
 * Returns the CSS pixels per pixel of the picture: a whole number if the picture is smaller than the available space.
 */
export function boardScale({ width, height }: Size, place: Size, zoom: Zoom): number {
  const most = Math.min(place.width / width, place.height / height);
  return zoom * (most >= 1 ? Math.floor(most) : most);
}

/**
 * Returns the pixel of a picture under a point.
 *
 * @param box rectangle of the canvas, in CSS pixels of the window
 * @param at the point, in the same unit
 */
export function pixelAt(
  { width, height }: Size,
  box: Pick<DOMRect, 'left' | 'top' | 'width' | 'height'>,
  at: { readonly clientX: number; readonly clientY: number },
): Point {
  return {
    x: Math.floor(((at.clientX - box.left) / box.width) * width),
    y: Math.floor(((at.clientY - box.top) / box.height) * height),
  };
}
