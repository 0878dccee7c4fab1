import {
  type AtlasGrid,
  DATA_LIMITS,
  FITS,
  type Fit,
  type ImageSize,
  isCutting,
  KERNELS,
  type Kernel,
  parseImageSize,
} from '@isonoise/data';

/** How the colours of images are read: `auto` keeps alpha only if an image is visibly transparent. */
export const COLOURS = ['auto', 'alpha', 'opaque', 'grey'] as const;
type Colours = (typeof COLOURS)[number];

/** Where the tags of images come from. */
export const TAG_SOURCES = ['metadata', 'names', 'none'] as const;
type TagSource = (typeof TAG_SOURCES)[number];

export const KERNEL_CHOICES = ['auto', ...KERNELS] as const;
export { FITS };

/** The fields that determine how files become images, as typed. */
export interface PictureFields {
  /** Size of the images: `32` or `64x32`. */
  readonly size: string;
  readonly fit: Fit;
  readonly kernel: Kernel | 'auto';
  readonly colours: Colours;
  /** Colour behind transparent parts, as `#rrggbb`; `''` for white. */
  readonly background: string;
  /** Size of the cells into which pictures are cut; `''` if each file is one image. */
  readonly atlas: string;
  /** Pixels around the cells of an atlas; `''` for none. */
  readonly atlasMargin: string;
  /** Pixels between the cells of an atlas; `''` for none. */
  readonly atlasSpacing: string;
  readonly tags: TagSource;
}

/** How the files of a folder become images. Plain JSON. */
export interface PictureChoice {
  readonly size: ImageSize;
  readonly fit: Fit;
  readonly kernel: Kernel | 'auto';
  readonly colours: Colours;
  readonly background: readonly [red: number, green: number, blue: number];
  readonly atlas: AtlasGrid | null;
  readonly tags: TagSource;
}

export const DEFAULT_PICTURES: PictureFields = {
  size: '32',
  fit: 'cover',
  kernel: 'auto',
  colours: 'auto',
  background: '',
  atlas: '',
  atlasMargin: '',
  atlasSpacing: '',
  tags: 'metadata',
};

/** Range of image sides in pixels that a tab can train. */
const SIDES = { least: 8, most: 128 } as const;
const WHITE = [255, 255, 255] as const;

export type PictureProblems = { readonly [K in keyof PictureFields]?: string };

/** Checks the fields. @returns the choice, or the problems by field */
export function readPictures(
  fields: PictureFields,
): { readonly pictures: PictureChoice } | { readonly problems: PictureProblems } {
  const problems: { -readonly [K in keyof PictureFields]?: string } = {};
  const size = parseImageSize(fields.size.trim(), SIDES.most);
  if (size === undefined || Math.min(size.width, size.height) < SIDES.least)
    problems.size = `A side from ${SIDES.least} to ${SIDES.most}, or a size such as 64x32`;
  const background = colourOf(fields.background);
  if (background === undefined) problems.background = 'A colour such as #ff8800, or nothing for white';
  const cell = fields.atlas.trim() === '' ? null : parseImageSize(fields.atlas.trim(), DATA_LIMITS.side);
  if (cell === undefined) problems.atlas = 'The size of a cell, such as 16x16, or nothing';
  else if (cell !== null && isCutting(fields.fit))
    problems.atlas = 'Leave this empty: the fit cuts pictures too';
  const [margin, spacing] = [pixelsOf(fields.atlasMargin), pixelsOf(fields.atlasSpacing)];
  const expected = `A whole number of pixels up to ${DATA_LIMITS.side}, or nothing`;
  const isCut = cell !== null;
  if (isCut && margin === undefined) problems.atlasMargin = expected;
  if (isCut && spacing === undefined) problems.atlasSpacing = expected;
  if (
    size === undefined ||
    background === undefined ||
    cell === undefined ||
    Object.keys(problems).length > 0
  )
    return { problems };
  const { fit, kernel, colours, tags } = fields;
  return {
    pictures: {
      ...{ size, fit, kernel, colours, background, tags },
      // Without a cell, pictures are not cut, and the fields of the grid are not shown.
      atlas: cell === null ? null : { cell, margin, spacing },
    },
  };
}

/** Parses a number of pixels. @returns 0 for an empty text; undefined if the text is not a number of pixels */
function pixelsOf(text: string): number | undefined {
  if (text.trim() === '') return 0;
  const value = Number(text);
  return /^\d+$/.test(text.trim()) && value <= DATA_LIMITS.side ? value : undefined;
}

function colourOf(text: string): PictureChoice['background'] | undefined {
  if (text.trim() === '') return WHITE;
  const parts = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim());
  if (parts === null) return undefined;
  const [red = 0, green = 0, blue = 0] = parts.slice(1).map((part) => Number.parseInt(part, 16));
  return [red, green, blue];
}
