import { badFilesError, badFilesText, isBadFile } from './bad-files.ts';
import { checkedDataset, type Dataset } from './dataset.ts';
import { DataError } from './errors.ts';
import type { FolderPlan } from './folder-plan.ts';
import { type ImageFacts, imageWarnings } from './image-warnings.ts';
import { checkLimits } from './limits.ts';

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** A decoded image of a folder, ready for the set. */
export interface DecodedImage extends ImageFacts {
  /** `[C, H, W]`, 0..255. */
  readonly pixels: Uint8Array;
  /** Size of `pixels`. */
  readonly size: ImageSize;
}

export interface FolderImagesOptions {
  /** Folder name in messages. */
  readonly folder: string;
  /** Name of the set. */
  readonly name: string;
  readonly channels: 1 | 3;
  /** Size of all images. Default: the size of the first image, which all others must then have. */
  readonly size?: ImageSize | undefined;
  /**
   * Decodes one image. If `size` is given, the result has that size. The function may scale images of other
   * sizes; otherwise it rejects them with DataError `DATA_MISMATCH`.
   */
  readonly decode: (image: string, size: ImageSize | undefined) => Promise<DecodedImage>;
  /** Number of images decoded concurrently. */
  readonly lanes: number;
  /** Whether unusable images are left out. */
  readonly skipBad: boolean;
  /**
   * Advice on `skipBad` in messages, such as `leave them out with --skip-bad`. Default: no advice, for a set that may
   * not change.
   */
  readonly skipAdvice?: string | undefined;
  /** Advice on images of several sizes, such as `Give --size`. Default: no advice. */
  readonly sizeAdvice?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, count: number) => void) | undefined;
}

export interface FolderImages {
  readonly dataset: Dataset;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Decodes the planned images of a folder, a few at a time. Reports all unusable images together.
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
  let pixels = new Uint8Array(0);
  const allocate = ({ width, height }: ImageSize): void => {
    checkLimits(folder, count, channels, height, width);
    pixels = new Uint8Array(count * channels * height * width);
  };
  if (size !== undefined) allocate(size);
  const kept: { readonly index: number; readonly facts: ImageFacts }[] = [];
  const bad: DataError[] = [];
  const odd: DataError[] = [];
  for (let at = 0; at < count; ) {
    signal?.throwIfAborted();
    // The batches are fixed, so that reports do not depend on timing. The first good image sets the size.
    const batch = plan.images.slice(at, at + (size === undefined ? 1 : options.lanes));
    const settled = await Promise.allSettled(batch.map((image) => options.decode(image, size)));
    for (const [k, one] of settled.entries()) {
      if (one.status === 'rejected') {
        if (isBadFile(one.reason)) bad.push(one.reason);
        else if (one.reason instanceof DataError && one.reason.code === 'DATA_MISMATCH') odd.push(one.reason);
        else throw one.reason;
        continue;
      }
      const { pixels: decoded, size: decodedSize, ...facts } = one.value;
      if (size === undefined) {
        size = decodedSize;
        allocate(size);
      }
      // Skipped images leave no gap.
      pixels.set(decoded, kept.length * decoded.length);
      kept.push({ index: at + k, facts });
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
  if (size === undefined)
    throw new DataError('DATA_EMPTY', `${folder}: found no images; expected at least one.`, { file: folder });
  const { width, height } = size;
  const { labels, classNames } = plan;
  const dataset = checkedDataset<Dataset>({
    name,
    count: kept.length,
    shape: { channels, height, width },
    pixels: bad.length === 0 ? pixels : pixels.slice(0, kept.length * channels * height * width),
    files: kept.map(({ index }) => plan.images[index] ?? ''),
    ...(labels !== undefined &&
      classNames !== undefined && {
        labels: Int32Array.from(kept, ({ index }) => labels[index] ?? 0),
        classNames,
      }),
  });
  const facts = kept.map((one) => one.facts);
  return {
    dataset,
    notes: plan.notes,
    warnings: [
      ...plan.warnings,
      ...(bad.length === 0 ? [] : [`${badFilesText(folder, bad, count)}\n  They are left out.`]),
      ...imageWarnings(dataset, facts),
    ],
  };
}
