import { plural } from '@isonoise/error';
import { badFilesError, badFilesText, isBadFile } from './bad-files.ts';
import { checkedDataset, type Dataset } from './dataset.ts';
import { DataError } from './errors.ts';
import type { FolderPlan } from './folder-plan.ts';
import type { ImageSize } from './image-size.ts';
import { type ImageFacts, imageWarnings } from './image-warnings.ts';
import { checkLimits } from './limits.ts';
import { type ChannelChoice, type ImagePixels, PixelStore } from './pixel-store.ts';
import { type BuiltTags, buildTags, knownTags } from './tags.ts';

/** A decoded file of a folder. If a picture is cut into K images, its pixels are `[K, C, H, W]`. */
export interface DecodedImage extends ImageFacts, ImagePixels {
  /** Size of an image. */
  readonly size: ImageSize;
  /** Suffix of each image's name, and the number of empty cells; present only if the picture is cut into images. */
  readonly cells?: { readonly names: readonly string[]; readonly empty: number } | undefined;
}

export interface FolderImagesOptions {
  /** Folder name in messages. */
  readonly folder: string;
  /** Name of the set. */
  readonly name: string;
  readonly channels: ChannelChoice;
  /** Size of all images. By default, all images must have the size of the first one. */
  readonly size?: ImageSize | undefined;
  /**
   * Decodes one image. If `size` is given, the result has that size: the function scales other images or rejects them
   * with DataError `DATA_MISMATCH`. The result has the requested number of channels. With `auto`, this number is 4 if
   * the image is visibly transparent, and otherwise 3.
   */
  readonly decode: (image: string, size: ImageSize | undefined) => Promise<DecodedImage>;
  /** Minimum number of images with a tag; default 5. */
  readonly minTagCount?: number | undefined;
  /** The tags, in the order of their numbers. Default: the tags that enough images have. */
  readonly tagNames?: readonly string[] | undefined;
  /** Number of images decoded concurrently. */
  readonly lanes: number;
  /** Whether unusable images are skipped. */
  readonly skipBad: boolean;
  /**
   * Advice in messages on skipping bad images, such as `leave them out with --skip-bad`. Default: no advice, for a
   * set that must not change.
   */
  readonly skipAdvice?: string | undefined;
  /** Advice on images of several sizes, such as `Give --size`. Default: no advice. */
  readonly sizeAdvice?: string | undefined;
  /** Advice on an alpha channel that `auto` chose, such as `--alpha off shows them on white`. Default: no advice. */
  readonly alphaAdvice?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, count: number) => void) | undefined;
}

export interface FolderImages {
  readonly dataset: Dataset;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Decodes the planned images of a folder, a few at a time. One error reports all unusable images.
 *
 * @throws DataError `DATA_FORMAT` naming the bad files, `DATA_MISMATCH` if sizes differ, `DATA_LIMIT`; the signal's
 * reason on abort
 */
export async function readFolderImages(
  plan: FolderPlan,
  options: FolderImagesOptions,
): Promise<FolderImages> {
  const { folder, name, channels, skipBad, skipAdvice, sizeAdvice, signal, onProgress } = options;
  const count = plan.images.length;
  let size = options.size;
  const storeOf = (of: ImageSize): PixelStore =>
    new PixelStore({
      capacity: count,
      channels,
      size: of,
      check: (needed, images) => checkLimits(folder, images, needed, of.height, of.width),
    });
  let store = size === undefined ? undefined : storeOf(size);
  let [transparent, empty] = [0, 0];
  const kept: { readonly index: number; readonly name: string; readonly facts: ImageFacts }[] = [];
  const bad: DataError[] = [];
  const odd: DataError[] = [];
  for (let at = 0; at < count; ) {
    signal?.throwIfAborted();
    // Decode in fixed batches, so that reports do not depend on timing. The first good image sets the size.
    const batch = plan.images.slice(at, at + (size === undefined ? 1 : options.lanes));
    const settled = await Promise.allSettled(batch.map((image) => options.decode(image, size)));
    for (const [k, one] of settled.entries()) {
      if (one.status === 'rejected') {
        if (isBadFile(one.reason)) bad.push(one.reason);
        else if (one.reason instanceof DataError && one.reason.code === 'DATA_MISMATCH') odd.push(one.reason);
        else throw one.reason;
        continue;
      }
      const { pixels, channels: ofImage, size: decodedSize, cells, ...facts } = one.value;
      size ??= decodedSize;
      store ??= storeOf(size);
      // Skipped images do not leave gaps in the set.
      store.add({ pixels, channels: ofImage });
      const names = cells?.names ?? [''];
      if (ofImage === 4) transparent += names.length;
      empty += cells?.empty ?? 0;
      for (const each of names) kept.push({ index: at + k, name: each, facts });
    }
    at += batch.length;
    onProgress?.(at, count);
  }
  if (bad.length > 0 && (!skipBad || bad.length === count))
    throw badFilesError(folder, bad, count, skipAdvice);
  const [mismatch] = odd;
  if (mismatch !== undefined)
    throw new DataError(
      'DATA_MISMATCH',
      `${folder}/${plan.images[kept[0]?.index ?? 0]} is ${size?.width}x${size?.height}, but ${mismatch.message}` +
        `${odd.length > 1 ? `, and ${odd.length - 1} more of ${count} differ` : ''}; expected one size.` +
        (sizeAdvice === undefined ? '' : ` ${sizeAdvice} to scale each image and crop it to a square.`),
      mismatch.file === undefined ? {} : { file: mismatch.file },
    );
  if (size === undefined || store === undefined)
    throw new DataError('DATA_EMPTY', `${folder}: found no images; expected at least one.`, { file: folder });
  const { width, height } = size;
  const { labels, classNames, tags } = plan;
  const built =
    tags === undefined
      ? null
      : tableOf(
          kept.map(({ index }) => tags[index] ?? []),
          options,
        );
  const dataset = checkedDataset<Dataset>({
    name,
    count: kept.length,
    shape: { channels: store.channels, height, width },
    pixels: store.pixels,
    files: kept.map(({ index, name: cell }) => `${plan.images[index] ?? ''}${cell}`),
    ...(labels !== undefined &&
      classNames !== undefined && {
        labels: Int32Array.from(kept, ({ index }) => labels[index] ?? 0),
        classNames,
      }),
    ...(built?.table !== undefined && { tags: built.table }),
  });
  const facts = kept.map((one) => one.facts);
  return {
    dataset,
    notes: [
      ...plan.notes,
      ...(channels === 'auto' && transparent > 0
        ? [alphaNote(transparent, kept.length, options.alphaAdvice)]
        : []),
      ...(empty === 0 ? [] : [`left out ${plural(empty, 'empty cell')} (a single colour)`]),
      ...(built?.notes ?? []),
    ],
    warnings: [
      ...plan.warnings,
      ...(bad.length === 0
        ? []
        : [`${badFilesText(folder, bad, count)}\n  ${bad.length === 1 ? 'It is' : 'They are'} left out.`]),
      ...imageWarnings(dataset, facts),
    ],
  };
}

function alphaNote(transparent: number, count: number, advice: string | undefined): string {
  const have = transparent === 1 ? 'has' : 'have';
  return (
    `${transparent} of ${plural(count, 'image')} ${have} transparent parts: all get an alpha channel` +
    (advice === undefined ? '' : ` (${advice})`)
  );
}

function tableOf(
  lists: readonly (readonly string[])[],
  { tagNames, minTagCount, folder }: FolderImagesOptions,
): BuiltTags {
  if (tagNames === undefined) return buildTags(lists, minTagCount, folder);
  return { table: knownTags(lists, tagNames), notes: [] };
}
