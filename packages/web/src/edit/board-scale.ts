import type { Point, Size } from './layers.ts';

/** Zoom factors; 1 fits the picture into its place. */
export const ZOOMS = [1, 2, 4, 8] as const;
export type Zoom = (typeof ZOOMS)[number];

/** CSS pixels per pixel of the picture: a whole number if the picture is smaller than its place. */
export function boardScale({ width, height }: Size, place: Size, zoom: Zoom): number {
  const most = Math.min(place.width / width, place.height / height);
  return zoom * (most >= 1 ? Math.floor(most) : most);
}

/** The pixel of a picture under a point. @param box of the canvas, and the point, both in CSS pixels of the window */
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
