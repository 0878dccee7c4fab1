import { parseImageSize } from '@isonoise/data';
import { type Canvas, countWindows, PLAN_LIMITS, type PlannedWindows } from '@isonoise/sampler';
import type { ImageShape } from '@isonoise/schedule';
import { counted } from '../text/format.ts';

/** The size of larger pictures as the form and links hold it; `''` if a field is not given. */
export interface CanvasTexts {
  /** Width and height: `96x64`, or `96` for a square. */
  readonly canvas: string;
  /** Pixels from one window to the next. */
  readonly stride: string;
  /** `true` if copies of the picture fit side by side. */
  readonly tile: '' | 'true';
}

export const NO_CANVAS_TEXTS: CanvasTexts = { canvas: '', stride: '', tile: '' };

/** The checked fields. */
interface ReadCanvas {
  /** Undefined for pictures of the size of the model's images. */
  readonly canvas: Canvas | undefined;
  readonly errors: Readonly<Partial<Record<keyof CanvasTexts, string>>>;
}

/** Returns the shorter side of the model's images, the largest stride. */
const mostStride = ({ height, width }: ImageShape): number => Math.min(height, width);

/** Returns the windows in which a canvas is drawn. @param image shape of the model's images */
export function windowsOf({ stride, tile = false }: Canvas, image: ImageShape): PlannedWindows {
  const { height, width } = image;
  // The default stride is that of the sampler.
  return { height, width, stride: stride ?? Math.max(1, Math.floor(mostStride(image) / 2)), tile };
}

/** Whether the form asks for windows. Otherwise the stride has no effect. */
export const hasWindows = ({ canvas, tile }: CanvasTexts): boolean => canvas.trim() !== '' || tile !== '';

/** Checks the fields. Errors are worded for the form. @param image shape of the model's images */
export function readCanvas(texts: CanvasTexts, image: ImageShape): ReadCanvas {
  const fail = (name: keyof CanvasTexts, error: string): ReadCanvas => ({
    canvas: undefined,
    errors: { [name]: error },
  });
  if (!hasWindows(texts)) {
    return texts.stride.trim() === ''
      ? { canvas: undefined, errors: {} }
      : fail('stride', 'Has an effect only with a size or with tiles.');
  }
  const size = texts.canvas.trim() === '' ? image : parseImageSize(texts.canvas.trim(), PLAN_LIMITS.side);
  if (size === undefined)
    return fail('canvas', 'Width and height such as 96x64, or one number for a square.');
  if (size.width < image.width || size.height < image.height)
    return fail('canvas', `At least ${image.width}x${image.height}, the size of the model’s images.`);
  const most = mostStride(image);
  const stride = texts.stride.trim() === '' ? undefined : Number(texts.stride);
  if (stride !== undefined && !(Number.isInteger(stride) && stride >= 1 && stride <= most))
    return fail('stride', `A whole number from 1 to ${most}.`);
  const canvas: Canvas = {
    height: size.height,
    width: size.width,
    ...(stride === undefined ? {} : { stride }),
    ...(texts.tile === '' ? {} : { tile: true }),
  };
  const windows = countWindows({ shape: { ...image, ...size }, windows: windowsOf(canvas, image) });
  if (windows > PLAN_LIMITS.windows)
    return fail(
      'canvas',
      `${counted(windows)} windows; at most ${counted(PLAN_LIMITS.windows)} are possible. Use a smaller size or a larger stride.`,
    );
  return { canvas, errors: {} };
}

/**
 * Returns the shape of the pictures that a form requests. If the fields are not valid, returns the shape of the model's
 * images.
 */
export function pictureShape(texts: CanvasTexts, image: ImageShape): ImageShape {
  const { height, width } = readCanvas(texts, image).canvas ?? image;
  return { ...image, height, width };
}
