import { plural } from '@isonoise/error';
import { contactSheet } from './contact-sheet.ts';
import { pictureError } from './errors.ts';
import type { ImagesShape, Picture } from './picture.ts';

/** A picture that contains several images, and the places of the images in it. */
export interface Atlas {
  readonly picture: Picture;
  /** Content of the JSON file that describes the picture. */
  readonly json: string;
}

/**
 * Packs images into one picture, row by row and without gaps. Describes the picture in TexturePacker's hash format,
 * which game engines read.
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
      `packAtlas: ${plural(new Set(names).size, 'different name')} for ${plural(count, 'image')}; expected a name for each image.`,
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
  // An object would put keys of digits first, but these names end with .png.
  return { picture, json: `${JSON.stringify({ frames: Object.fromEntries(frames), meta }, null, 2)}\n` };
}
