import { type Raster, resample } from './raster.ts';

/** Maximum number of colours of pixel art, and minimum number of pixels per colour. */
const COLOURS = { max: 64, minPixelsEach: 4 } as const;
/**
 * Maximum side of pixel art, in pixels without magnification. A larger drawing with few colours is a line drawing or
 * a diagram.
 */
const MAX_SIDE = 128;
/** Maximum share of soft pixels among the pixels at edges. Antialiased edges have a larger share. */
const MAX_SOFT_SHARE = 0.25;
/** Minimum difference between two neighbours that counts as an edge. */
const MIN_EDGE = 48;

/**
 * Returns whether an image is pixel art, which has few colours and hard edges. Each pixel may be magnified to a
 * square of pixels.
 *
 * An edge is soft if a pixel's value is between those of its two neighbours in every channel, as in antialiased
 * drawings.
 */
export function isPixelArt(image: Raster): boolean {
  const native = withoutMagnification(image);
  if (native === undefined) return false;
  const colours = new Set<number>();
  const max = Math.min(COLOURS.max, Math.floor((native.width * native.height) / COLOURS.minPixelsEach));
  for (let i = 0; i < native.width * native.height; i++) {
    colours.add(colourAt(native, i));
    if (colours.size > max) return false;
  }
  const { edges, soft } = countEdges(native);
  return soft <= MAX_SOFT_SHARE * edges;
}

/** Returns the image without magnification; undefined if it is larger than pixel art. */
function withoutMagnification(image: Raster): Raster | undefined {
  const { width, height } = image;
  let factor = greatestDivisor(width, height);
  for (let i = 1; i < width * height && factor > 1; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (x > 0 && x % factor !== 0 && colourAt(image, i) !== colourAt(image, i - 1))
      factor = greatestDivisor(factor, x);
    if (y > 0 && y % factor !== 0 && colourAt(image, i) !== colourAt(image, i - width))
      factor = greatestDivisor(factor, y);
  }
  const size = { width: width / factor, height: height / factor };
  if (Math.max(size.width, size.height) > MAX_SIDE) return undefined;
  return factor === 1 ? image : resample(image, size, 'nearest');
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** Returns the colour of pixel `i` as a number. All invisible pixels have the same number. */
function colourAt({ channels, data }: Raster, i: number): number {
  const hasAlpha = channels === 2 || channels === 4;
  if (hasAlpha && data[(i + 1) * channels - 1] === 0) return -1;
  let colour = 0;
  for (let c = 0; c < channels; c++) colour = colour * 256 + (data[i * channels + c] as number);
  return colour;
}

/** Counts the pixels whose two neighbours differ, and the soft pixels among them. */
function countEdges(image: Raster): { readonly edges: number; readonly soft: number } {
  const { width, height } = image;
  let [edges, soft] = [0, 0];
  const visit = (before: number, at: number, after: number): void => {
    if (distance(image, before, after) < MIN_EDGE) return;
    edges++;
    if (isBetween(image, before, at, after)) soft++;
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (x > 0 && x < width - 1) visit(at - 1, at, at + 1);
      if (y > 0 && y < height - 1) visit(at - width, at, at + width);
    }
  return { edges, soft };
}

/** Returns the largest difference between two pixels in any channel, with colours multiplied by alpha. */
function distance(image: Raster, a: number, b: number): number {
  let largest = 0;
  for (let c = 0; c < image.channels; c++)
    largest = Math.max(largest, Math.abs(visible(image, a, c) - visible(image, b, c)));
  return largest;
}

/** Returns whether a pixel differs from both neighbours, and all its values are between theirs. */
function isBetween(image: Raster, before: number, at: number, after: number): boolean {
  if (distance(image, before, at) === 0 || distance(image, at, after) === 0) return false;
  for (let c = 0; c < image.channels; c++) {
    const [low, value, high] = [visible(image, before, c), visible(image, at, c), visible(image, after, c)];
    if (value < Math.min(low, high) || value > Math.max(low, high)) return false;
  }
  return true;
}

/** Returns the value of a pixel in a channel, multiplied by the pixel's alpha. */
function visible({ channels, data }: Raster, pixel: number, channel: number): number {
  const value = data[pixel * channels + channel] as number;
  const hasAlpha = channels === 2 || channels === 4;
  if (!hasAlpha || channel === channels - 1) return value;
  return (value * (data[pixel * channels + channels - 1] as number)) / 255;
}
