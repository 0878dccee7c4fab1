import { BUNDLE_PATHS, type ModelSpec } from '@isonoise/bundle';
import { sheetScale, toBytes } from '@isonoise/picture';
import { pickedFiles } from '@isonoise/runtime-web';
import { imageValues, sheetRegions } from '../files/image-values.ts';
import { pixelsOf } from '../files/pixels-of.ts';
import type { ByteImages } from '../ui/image-grid.tsx';
import type { Source } from './runtime-settings.ts';

/** Maximum number of images that are read from a sheet. */
const MOST = 40;

/**
 * Reads the images of the sample sheet that a model contains.
 *
 * @param source address or files of the model
 * @returns images with 8-bit samples, on a checkerboard if they have alpha; null if the model contains no such sheet
 * @throws the errors of fetching and of reading a bundle
 */
export async function readSheet(
  source: Source,
  { image }: Pick<ModelSpec, 'image'>,
): Promise<ByteImages | null> {
  const file = await sheetFile(source);
  if (file === null) return null;
  const { height, width } = image;
  // The sheet of a model with alpha shows a checkerboard instead of the alpha.
  const channels = image.channels === 4 ? 3 : image.channels;
  const sheet = await pixelsOf(file);
  const regions = sheetRegions(sheet, image, sheetScale(height, width)).slice(0, MOST);
  if (regions.length === 0) return null;
  const size = channels * height * width;
  const bytes = new Uint8Array(regions.length * size);
  for (const [i, region] of regions.entries())
    bytes.set(toBytes(imageValues(sheet, region, channels)), i * size);
  return { bytes, shape: [regions.length, channels, height, width] };
}

async function sheetFile(source: Source): Promise<Blob | null> {
  if (source instanceof URL) {
    const response = await fetch(new URL(BUNDLE_PATHS.samples, source));
    return response.ok ? response.blob() : null;
  }
  // A single network has no sheet.
  if (source.length === 1 && source[0]?.name.endsWith('.onnx') === true) return null;
  const bytes = await (await pickedFiles(source)).read(BUNDLE_PATHS.samples);
  return new Blob([bytes.slice()]);
}
