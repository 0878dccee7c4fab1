import type { ModelSpec } from '@isonoise/bundle';
import { hasBars, type Kernel, type ScalingFit } from '@isonoise/data';
import { decodeImage } from '../files/decode-image.ts';
import { createPictureDecoder } from '../train/decode-picture.ts';
import { layersOfBytes } from './layer-values.ts';
import type { Layers, PaintChannels, Size } from './layers.ts';

/** How a picture of a different size is fitted to the canvas. */
export interface Fitting {
  readonly fit: ScalingFit;
  readonly kernel: Kernel;
}

/** The fit and the kernel of `pnpm sample --init`. */
export const DEFAULT_FITTING: Fitting = { fit: 'cover', kernel: 'lanczos' };

/** A picture from a file, at the model's size. */
export interface OpenedPicture {
  readonly layers: Layers;
  /** How the picture was changed; null if it was not. */
  readonly note: string | null;
}

/** The colours of the decoder, by number of channels. */
const COLOURS = { 1: 'grey', 3: 'opaque', 4: 'alpha' } as const;

/**
 * Reads a picture and fits it to a model, as in training.
 *
 * @throws DataError `DATA_NOT_FOUND`, `DATA_EMPTY`, `DATA_FORMAT` or `DATA_LIMIT` if the file is not a usable picture
 */
export async function openPicture(
  file: File,
  { width, height }: ModelSpec['image'],
  channels: PaintChannels,
  fitting: Fitting = DEFAULT_FITTING,
): Promise<OpenedPicture> {
  const decode = decoderOf({ width, height }, channels, fitting);
  const { pixels, original, cut } = decode(await decodeImage(file, file.name), file.name);
  const how =
    cut > 0 ? ' and cropped' : hasBars(original, { width, height }, fitting.fit) ? ', with bars,' : '';
  const isScaled = original.width !== width || original.height !== height;
  return {
    layers: layersOfBytes(pixels, { width, height }, channels),
    note: isScaled
      ? `${file.name} has ${original.width} × ${original.height} pixels. It was scaled${how} to ${width} × ${height}, as pictures are in training.`
      : null,
  };
}

/** Fits the picture on the canvas to another model, as {@link openPicture} does. The mask is lost. */
export async function refitPicture(
  { pixels, width, height }: Layers,
  { image }: Pick<ModelSpec, 'image'>,
  channels: PaintChannels,
): Promise<Layers> {
  const bitmap = await createImageBitmap(new ImageData(pixels, width, height));
  return layersOfBytes(
    decoderOf(image, channels, DEFAULT_FITTING)(bitmap, 'the picture').pixels,
    image,
    channels,
  );
}

function decoderOf(
  { width, height }: Size,
  channels: PaintChannels,
  { fit, kernel }: Fitting,
): ReturnType<typeof createPictureDecoder> {
  return createPictureDecoder({
    size: { width, height },
    fit,
    kernel,
    colours: COLOURS[channels],
    background: [255, 255, 255],
    atlas: null,
  });
}
