import { brushPixels } from './brush.ts';
import {
  blankColour,
  type Colour,
  colourAt,
  isInside,
  type Layers,
  type Point,
  sameColour,
} from './layers.ts';

/** The effect of a brush: a colour in the picture, or a value in the mask. */
export type Ink = { readonly colour: Colour } | { readonly mask: 0 | 1 };

/** The ink that erases a picture. */
export const eraser = ({ channels }: Pick<Layers, 'channels'>): Ink => ({ colour: blankColour(channels) });

/** Applies a brush at each point. @param side side of the brush in pixels */
export function paint(layers: Layers, points: readonly Point[], side: number, ink: Ink): Layers {
  // Unchanged arrays are shared, because undo keeps many layers.
  const isMask = 'mask' in ink;
  const [pixels, mask] = [
    isMask ? layers.pixels : layers.pixels.slice(),
    isMask ? layers.mask.slice() : layers.mask,
  ];
  for (const point of points) {
    for (const pixel of brushPixels(point, side)) {
      if (!isInside(layers, pixel)) continue;
      const at = pixel.y * layers.width + pixel.x;
      if ('mask' in ink) mask[at] = ink.mask;
      else pixels.set(ink.colour, 4 * at);
    }
  }
  return { ...layers, pixels, mask };
}

/** Fills the connected pixels of the same colour. An ink for the mask fills connected pixels of the same mask value. */
export function fill(layers: Layers, from: Point, ink: Ink): Layers {
  if (!isInside(layers, from)) return layers;
  const { width, mask } = layers;
  const index = ({ x, y }: Point): number => y * width + x;
  const colour = colourAt(layers, from);
  const isSame = (point: Point): boolean =>
    'mask' in ink ? mask[index(point)] === mask[index(from)] : sameColour(colourAt(layers, point), colour);
  const seen = new Uint8Array(mask.length);
  const found: Point[] = [];
  const open: Point[] = [from];
  for (let point = open.pop(); point !== undefined; point = open.pop()) {
    if (!isInside(layers, point) || seen[index(point)] === 1 || !isSame(point)) continue;
    seen[index(point)] = 1;
    found.push(point);
    const { x, y } = point;
    open.push({ x: x + 1, y }, { x: x - 1, y }, { x, y: y + 1 }, { x, y: y - 1 });
  }
  return paint(layers, found, 1, ink);
}

/** Masks the whole picture or nothing, or inverts the mask. */
export function changeMask(layers: Layers, how: 'all' | 'none' | 'opposite'): Layers {
  const mask = layers.mask.map((value) => (how === 'opposite' ? 1 - value : how === 'all' ? 1 : 0));
  return { ...layers, mask };
}
