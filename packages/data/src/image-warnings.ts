import { plural } from '@isonoise/error';
import type { Dataset } from './dataset.ts';
import { DataError } from './errors.ts';
import { few } from './folder-listing.ts';

/** Facts about a decoded image beyond its pixels. */
export interface ImageFacts {
  /** Size before scaling and cropping, after EXIF orientation is applied. */
  readonly original: { readonly width: number; readonly height: number };
  /** Part of the area that was cropped, 0..1. */
  readonly cut: number;
  /** Largest sample; present only for images with 16 bits per sample. */
  readonly largest16?: number | undefined;
  /** Number of pictures in the file, of which the first is used. */
  readonly frames?: number | undefined;
  /** Whether the drawing contains text. Text depends on the fonts of the machine. */
  readonly hasText?: boolean | undefined;
}

/** Maximum cropped share of the area without a warning. Photographs (3:2, 16:9) lose less than that. */
const MAX_CUT = 0.5;
/** Maximum number of names in a warning. */
const MAX_NAMES = 5;
/**
 * Maximum number of used bits for which 16-bit samples look almost black. The samples then cover at most a quarter of
 * the range.
 */
const MAX_DARK_BITS = 14;
/** End of the lowest quarter of the 8-bit range. */
const QUARTER = 63;

/**
 * Collects warnings for the user about blank images, strong crops, copies, and images that are nearly black or white.
 *
 * @param facts facts of each image, in the order of the data set
 * @throws DataError `DATA_FORMAT` if all images have 16-bit samples that use at most 8 bits; these images would be
 *   black
 */
export function imageWarnings(dataset: Dataset, facts: readonly ImageFacts[]): readonly string[] {
  const deep = deepRange(dataset, facts);
  const found = [
    blank(dataset),
    cuts(dataset, facts),
    copies(dataset),
    frames(dataset, facts),
    texts(dataset, facts),
    deep ?? flatRange(dataset),
  ];
  return found.filter((warning) => warning !== null);
}

function nameOf({ files }: Dataset, index: number): string {
  return files?.[index] ?? `image ${index}`;
}

function named(dataset: Dataset, indices: readonly number[]): string {
  return few(
    indices.map((index) => nameOf(dataset, index)),
    MAX_NAMES,
  );
}

/** Formats a share, as in `1 of 20 images` or `1 of 1 image`. */
const share = (found: number, count: number): string => `${found} of ${plural(count, 'image')}`;

function valuesOf({ channels, height, width }: Dataset['shape']): number {
  return channels * height * width;
}

function blank(dataset: Dataset): string | null {
  const { count, shape, pixels } = dataset;
  const plane = shape.height * shape.width;
  if (plane === 1) return null;
  const isFlat = (start: number): boolean => {
    const value = pixels[start];
    for (let i = start + 1; i < start + plane; i++) if (pixels[i] !== value) return false;
    return true;
  };
  const found: number[] = [];
  for (let i = 0; i < count; i++) {
    let flat = true;
    for (let c = 0; flat && c < shape.channels; c++) flat = isFlat((i * shape.channels + c) * plane);
    if (flat) found.push(i);
  }
  if (found.length === 0) return null;
  const what = shape.channels === 4 ? 'a single colour, or transparent everywhere' : 'a single colour';
  return `${share(found.length, count)} ${found.length === 1 ? 'is' : 'are'} blank (${what}): ${named(dataset, found)}`;
}

function cuts(dataset: Dataset, facts: readonly ImageFacts[]): string | null {
  const found = [...facts.keys()].filter((i) => (facts[i]?.cut ?? 0) > MAX_CUT);
  if (found.length === 0) return null;
  const worst = found.reduce((a, b) => ((facts[b]?.cut ?? 0) > (facts[a]?.cut ?? 0) ? b : a));
  const { original: { width, height } = { width: 0, height: 0 }, cut = 0 } = facts[worst] ?? {};
  const { shape } = dataset;
  return (
    `${share(found.length, dataset.count)} ${found.length === 1 ? 'loses more than half of its' : 'lose more than half of their'} ` +
    `area when cropped to ${shape.width === shape.height ? 'a square' : `${shape.width}x${shape.height}`}: ` +
    `${named(dataset, found)}; ${found.length === 1 ? 'it is' : `the worst is ${nameOf(dataset, worst)},`} ${width}x${height} to ` +
    `${shape.width}x${shape.height}: ${Math.round(100 * cut)} % is cropped`
  );
}

/** Returns a warning about images with the same pixels as an earlier image. */
function copies(dataset: Dataset): string | null {
  const { count, pixels, shape, labels, classNames } = dataset;
  const values = valuesOf(shape);
  const byHash = new Map<number, number[]>();
  const pairs: { readonly copy: number; readonly of: number }[] = [];
  for (let i = 0; i < count; i++) {
    const hash = hashOf(pixels, i * values, values);
    const earlier = byHash.get(hash) ?? [];
    const of = earlier.find((j) => sameBytes(pixels, i * values, j * values, values));
    if (of === undefined) byHash.set(hash, [...earlier, i]);
    else pairs.push({ copy: i, of });
  }
  if (pairs.length === 0) return null;
  const names = pairs.map(({ copy, of }) => `${nameOf(dataset, copy)} = ${nameOf(dataset, of)}`);
  const crossing = pairs.filter(({ copy, of }) => labels?.[copy] !== labels?.[of]);
  const [first] = crossing;
  const classOf = (i: number): string => classNames?.[labels?.[i] ?? -1] ?? '';
  const across =
    first === undefined
      ? ''
      : `; ${crossing.length} of them ${crossing.length === 1 ? 'is' : 'are'} in a different class, such as ${nameOf(dataset, first.copy)} ` +
        `(${classOf(first.copy)}) and ${nameOf(dataset, first.of)} (${classOf(first.of)})`;
  const are = pairs.length === 1 ? 'is a copy of another' : 'are copies of others';
  return `${share(pairs.length, count)} ${are}: ${few(names, MAX_NAMES)}${across}`;
}

/** Hashes bytes with 32-bit FNV-1a. Equal hashes do not prove equal bytes, so callers compare the bytes too. */
function hashOf(bytes: Uint8Array, start: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < start + length; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash;
}

function sameBytes(bytes: Uint8Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}

function frames(dataset: Dataset, facts: readonly ImageFacts[]): string | null {
  const found = [...facts.keys()].filter((i) => (facts[i]?.frames ?? 1) > 1);
  if (found.length === 0) return null;
  return `${plural(found.length, 'file')} ${found.length === 1 ? 'contains' : 'contain'} several pictures, and only the first is used: ${named(dataset, found)}`;
}

function texts(dataset: Dataset, facts: readonly ImageFacts[]): string | null {
  const found = [...facts.keys()].filter((i) => facts[i]?.hasText === true);
  if (found.length === 0) return null;
  return (
    `${share(found.length, dataset.count)} ${found.length === 1 ? 'contains' : 'contain'} text, which is drawn with the ` +
    `fonts of this machine: ${named(dataset, found)}. Convert texts to paths.`
  );
}

/** Returns a warning about 16-bit files that use few bits, such as 12-bit data. */
function deepRange(dataset: Dataset, facts: readonly ImageFacts[]): string | null {
  const deep = [...facts.keys()].filter((i) => facts[i]?.largest16 !== undefined);
  const largest = deep.reduce((most, i) => Math.max(most, facts[i]?.largest16 ?? 0), 0);
  const bits = Math.ceil(Math.log2(largest + 1));
  if (deep.length === 0 || bits === 0 || bits > MAX_DARK_BITS) return null;
  const have = deep.length === 1 ? 'has' : 'have';
  const found = `${share(deep.length, dataset.count)} ${have} 16-bit samples of 0 to ${largest}, ${plural(bits, 'bit')} of 16: `;
  const advice = `Multiply the samples by ${2 ** (16 - bits)} to use the whole range.`;
  const [first = 0] = deep;
  if (bits <= 8 && deep.length === dataset.count)
    throw new DataError(
      'DATA_FORMAT',
      `${dataset.name}: ${found}all would be black (${named(dataset, deep)}); expected 0 to 65535. ${advice}`,
      { file: nameOf(dataset, first) },
    );
  return `${found}${deep.length === 1 ? 'it is' : 'they are'} nearly black (${named(dataset, deep)}). ${advice}`;
}

/** Returns a warning about 8-bit values in a narrow range, such as masks with the values 0 and 1. */
function flatRange({ pixels, shape }: Dataset): string | null {
  let [least, most] = [255, 0];
  for (const value of pixels) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  // Blank images have their own warning.
  if (least === most || (most > QUARTER && least < 255 - QUARTER)) return null;
  const dark = shape.channels === 4 ? 'nearly transparent' : 'nearly black';
  const look = most <= QUARTER ? dark : 'nearly white';
  return `all values are in ${least} to ${most} (of 0 to 255): the images are ${look}. Scale them to the whole range.`;
}
