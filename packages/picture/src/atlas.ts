import { contactSheet } from './contact-sheet.ts';
import { pictureError } from './errors.ts';
import type { ImagesShape, Picture } from './picture.ts';

/** A picture that holds several images, and the places of the images in it. */
export interface Atlas {
  readonly picture: Picture;
  /** The JSON file beside it. */
  readonly json: string;
}

/**
 * Packs images into one picture without gaps, row by row, and describes it in the hash form of TexturePacker, which
 * game engines read.
 *
 * @param images `[N, C, H, W]` in [−1, 1]; alpha is kept
 * @param names a different name for each image
 * @param file name of the picture's file
 * @param columns images per row; default ⌈√N⌉
 * @throws `PICTURE_SHAPE`, `PICTURE_OPTION`, `PICTURE_TOO_LARGE`, `PICTURE_NON_FINITE`
 */
export function packAtlas(
  images: Float32Array,
  shape: ImagesShape,
  names: readonly string[],
  file: string,
  columns: number = Math.ceil(Math.sqrt(shape[0])),
): Atlas {
  const [count, channels, height, width] = shape;
  if (names.length !== count || new Set(names).size !== count)
    throw pictureError(
      'PICTURE_OPTION',
      `packAtlas: ${new Set(names).size} different names for ${count} images; expected a name for each image.`,
    );
  const picture = contactSheet(images, shape, { columns, gap: 0, scale: 1, backdrop: 'transparent' });
  const frames = names.map((name, n) => {
    const place = { x: (n % columns) * width, y: Math.floor(n / columns) * height, w: width, h: height };
    const frame = {
      frame: place,
      rotated: false,
      trimmed: false,
      spriteSourceSize: { x: 0, y: 0, w: width, h: height },
      sourceSize: { w: width, h: height },
    };
    return [name, frame] as const;
  });
  const meta = {
    app: 'isonoise',
    version: '1.0',
    image: file,
    format: channels === 4 ? 'RGBA8888' : channels === 3 ? 'RGB888' : 'ALPHA8',
    size: { w: picture.width, h: picture.height },
    scale: '1',
  };
  // Names made of digits would be sorted before the others, but these end with .png.
  return { picture, json: `${JSON.stringify({ frames: Object.fromEntries(frames), meta }, null, 2)}\n` };
}
