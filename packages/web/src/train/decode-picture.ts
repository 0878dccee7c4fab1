import {
  cutAtlas,
  cutSeamless,
  cutShare,
  cutTiles,
  type DecodedImage,
  type Fit,
  fitRaster,
  type ImageSize,
  isCutting,
  isTransparent,
  type Kernel,
  placement,
  planarOf,
  premultiply,
  type Raster,
  type ScalingFit,
} from '@isonoise/data';
import type { PictureChoice } from './picture-choice.ts';

export interface PictureDecoderOptions extends Omit<PictureChoice, 'kernel' | 'tags'> {
  readonly kernel: Kernel;
}

/**
 * Creates a function that converts decoded files to images of one size, by the rules of the command line. The function
 * closes the bitmap.
 *
 * 1. Transparent parts show the background, unless the result has an alpha channel.
 * 2. With `atlas` or a fit that cuts, the picture is cut into images.
 * 3. Each image is scaled to the given size: by the canvas for `lanczos`, otherwise by the kernel itself.
 *
 * @returns a function that throws DataError `DATA_FORMAT`, `DATA_LIMIT`
 */
export function createPictureDecoder(
  options: PictureDecoderOptions,
): (bitmap: ImageBitmap, file: string) => DecodedImage {
  const { size, fit, kernel, colours, background, atlas } = options;
  const isCut = atlas !== null || isCutting(fit);
  const isWhole = isCut || kernel !== 'lanczos';
  const canvas = createCanvas();
  const read = (bitmap: ImageBitmap, on: string | null): Raster =>
    isWhole
      ? canvas.draw(bitmap, { width: bitmap.width, height: bitmap.height }, on)
      : canvas.draw(bitmap, size, on, wholeFit(fit));
  /** Reads pixels `[H, W, 4]`, with transparency if the image keeps it. */
  const pixelsOf = (bitmap: ImageBitmap): { readonly raster: Raster; readonly hasAlpha: boolean } => {
    const keeps = colours === 'auto' || colours === 'alpha';
    const clear = keeps ? read(bitmap, null) : undefined;
    if (clear !== undefined && (colours === 'alpha' || isTransparent(clear.data)))
      return { raster: clear, hasAlpha: true };
    return { raster: read(bitmap, `rgb(${background.join(' ')})`), hasAlpha: false };
  };
  const fitted = (image: Raster, hasAlpha: boolean): Raster => {
    if (isCutting(fit) || sameSize(image, size)) return image;
    if (kernel !== 'lanczos')
      return fitRaster(image, size, fit, kernel, hasAlpha ? [0, 0, 0, 0] : [...background, 255]);
    return canvas.scale(image, size, fit, hasAlpha ? null : `rgb(${background.join(' ')})`);
  };
  return (bitmap, file) => {
    const original = { width: bitmap.width, height: bitmap.height };
    const { raster, hasAlpha } = pixelsOf(bitmap);
    bitmap.close();
    const planes = (image: Raster): Uint8Array =>
      hasAlpha
        ? premultiply(image.data)
        : planarOf(Uint8ClampedArray.from(image.data), colours === 'grey' ? 1 : 3);
    const channels = hasAlpha ? 4 : colours === 'grey' ? 1 : 3;
    if (isCut) {
      const { cells, empty } =
        atlas === null
          ? (fit === 'seamless' ? cutSeamless : cutTiles)(raster, size, file)
          : cutAtlas(raster, atlas, file);
      const images = cells.map(({ image }) => planes(fitted(image, hasAlpha)));
      return {
        channels,
        pixels: joined(images),
        size: { ...size },
        original,
        cut: 0,
        cells: { names: cells.map(({ column, row }) => `#${column},${row}`), empty },
      };
    }
    return {
      channels,
      pixels: planes(fitted(raster, hasAlpha)),
      size: { ...size },
      original,
      cut: cutShare(original, placement(original, size, wholeFit(fit))),
    };
  };
}

/** The fit of a picture that is not cut. */
const wholeFit = (fit: Fit): ScalingFit => (isCutting(fit) ? 'cover' : fit);

const sameSize = (a: ImageSize, b: ImageSize): boolean => a.width === b.width && a.height === b.height;

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

interface Canvas {
  /**
   * Draws an image and returns the pixels `[H, W, 4]`.
   *
   * @param on colour behind the image; null for none
   * @param fit how the image is scaled to `size`; default: not at all
   */
  draw(image: CanvasImageSource & ImageSize, size: ImageSize, on: string | null, fit?: ScalingFit): Raster;
  scale(image: Raster, size: ImageSize, fit: ScalingFit, on: string | null): Raster;
}

function createCanvas(): Canvas {
  const [target, source] = [contextOf(), contextOf()];
  const draw: Canvas['draw'] = (image, { width, height }, on, fit) => {
    resize(target, { width, height });
    target.imageSmoothingQuality = 'high';
    if (on !== null) {
      target.fillStyle = on;
      target.fillRect(0, 0, width, height);
    }
    const whole = { left: 0, top: 0, width: image.width, height: image.height };
    const { from, to } =
      fit === undefined ? { from: whole, to: whole } : placement(image, { width, height }, fit);
    // Use whole pixels, as the command line does. An offset of half a pixel would blur an unscaled image.
    const [left, top] = [Math.round(from.left), Math.round(from.top)];
    target.drawImage(image, left, top, from.width, from.height, to.left, to.top, to.width, to.height);
    const { data } = target.getImageData(0, 0, width, height);
    return { width, height, channels: 4, data: new Uint8Array(data.buffer) };
  };
  return {
    draw,
    scale(image, size, fit, on) {
      resize(source, image);
      const data = Uint8ClampedArray.from(image.data);
      source.putImageData(new ImageData(data, image.width, image.height), 0, 0);
      return draw(source.canvas, size, on, fit);
    },
  };
}

/** Sets the size of a canvas, which also clears it. */
function resize({ canvas }: OffscreenCanvasRenderingContext2D, { width, height }: ImageSize): void {
  canvas.width = width;
  canvas.height = height;
}

function contextOf(): OffscreenCanvasRenderingContext2D {
  // Pixels are read back each time; a canvas on the GPU would be slower and round differently.
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  if (context !== null) return context;
  throw new TypeError('images: this browser has no canvas in workers; expected one. Use a current browser.');
}
