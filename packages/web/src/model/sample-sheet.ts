import { BUNDLE_PATHS, type ModelSpec } from '@isonoise/bundle';
import { sheetScale } from '@isonoise/picture';
import { pickedFiles } from '@isonoise/runtime-web';
import { copyRegion, type Rgba, sheetRegions } from '../files/image-values.ts';
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
  // The sheet of a model with alpha shows a checkerboard instead of the alpha.
  return imagesOf(await pixelsOf(file), image, image.channels === 4 ? 3 : image.channels);
}

/** Returns the sample sheet of a model; null if it has none. @throws the errors of fetching and of reading a bundle */
export async function sheetFile(source: Source): Promise<Blob | null> {
  if (source instanceof URL) {
    const response = await fetch(new URL(BUNDLE_PATHS.samples, source));
    return response.ok ? response.blob() : null;
  }
  // A single network has no sheet.
  if (source.length === 1 && source[0]?.name.endsWith('.onnx') === true) return null;
  const bytes = await (await pickedFiles(source)).read(BUNDLE_PATHS.samples);
  return new Blob([bytes.slice()]);
}

/** Returns the images of a sheet. Its last row may have empty places, which are black. Null if it is not a sheet. */
export function imagesOf(
  sheet: Rgba,
  { height, width }: { readonly height: number; readonly width: number },
  channels: number,
): ByteImages | null {
  const regions = sheetRegions(sheet, { height, width }, sheetScale(height, width)).slice(0, MOST);
  const size = channels * height * width;
  const bytes = new Uint8Array(regions.length * size);
  for (const [i, region] of regions.entries())
    copyRegion(sheet, region, bytes.subarray(i * size, (i + 1) * size));
  const count = Math.ceil((bytes.findLastIndex((level) => level > 0) + 1) / size);
  return count === 0
    ? null
    : { bytes: bytes.slice(0, count * size), shape: [count, channels, height, width] };
}
