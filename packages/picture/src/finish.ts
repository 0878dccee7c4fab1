import { mirrorLeft } from './mirror.ts';
import type { ImagesShape } from './picture.ts';
import { type PaletteColour, snapToPalette } from './snap.ts';

/** How finished images are changed before they are shown or written. */
export interface Finish {
  /** Whether the right half becomes a mirror image of the left half. */
  readonly mirror: boolean;
  /** The only colours of the images; null for all colours. In images with alpha, pixels can also be transparent. */
  readonly palette: readonly PaletteColour[] | null;
}

/**
 * Applies a finish to drawn images: symmetry first, then the palette.
 *
 * @param images `[N, C, H, W]` in [−1, 1]; premultiplied if they have 4 channels
 * @returns the images themselves if the finish changes nothing
 * @throws the errors of {@link snapToPalette}
 */
export function finishImages(
  images: Float32Array,
  shape: ImagesShape,
  { mirror, palette }: Finish,
): Float32Array {
  const mirrored = mirror ? mirrorLeft(images, shape) : images;
  return palette === null ? mirrored : snapToPalette(mirrored, shape, withClear(palette, shape));
}

/** Adds a transparent colour to the palette of images with alpha. */
function withClear(colours: readonly PaletteColour[], [, channels]: ImagesShape): readonly PaletteColour[] {
  const hasClear = colours.some(([, , , alpha]) => alpha === 0);
  return channels !== 4 || hasClear ? colours : [...colours, [0, 0, 0, 0]];
}
