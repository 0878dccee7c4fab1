import { join } from 'node:path';
import { type Dataset, fromEachClass, normalize } from '@isonoise/data';
import { contactSheet, encodePng, sheetLook } from '@isonoise/picture';
import { atomicWrite } from '../atomic-write.ts';

/** Maximum number of images on the sheet, and maximum number of pixels of all these images. */
const MAX_IMAGES = 64;
const MAX_PIXELS = 2 ** 22;
const FILE = 'data.png';

/**
 * Writes `data.png`: the first images of every class, as the network sees them.
 *
 * @param run folder of the run
 * @returns the path of the file
 */
export async function writeDataSheet(run: string, dataset: Dataset): Promise<string> {
  const path = join(run, FILE);
  await atomicWrite(path, dataSheet(dataset));
  return path;
}

/** Returns the sheet as a PNG file. */
function dataSheet({ count, shape, pixels, labels }: Dataset): Uint8Array {
  const { channels, height, width } = shape;
  const values = channels * height * width;
  const shown = fromEachClass(
    count,
    labels,
    Math.max(1, Math.min(MAX_IMAGES, Math.floor(MAX_PIXELS / (height * width)))),
  );
  const images = new Float32Array(shown.length * values);
  for (const [to, from] of shown.entries())
    images.set(normalize(pixels.subarray(from * values, (from + 1) * values)), to * values);
  const all = [shown.length, channels, height, width] as const;
  const sheet = contactSheet(images, all, {
    ...sheetLook(all, 'checkerboard'),
    // On grey, the edges of both black and white images are visible.
    background: 128,
  });
  return encodePng(sheet);
}
