import type { Bundle } from '@isonoise/bundle';
import {
  type Dataset,
  type HeldOut,
  HOLDOUT_KEY_LENGTH,
  holdOut,
  type ImageSize,
  padTo,
} from '@isonoise/data';
import { colourOf } from '../terminal/colour.ts';
import { recordOf, sha256 } from '../training/data-file.ts';
import {
  EARLIER_PICTURES,
  type PictureChoice,
  readPictureChoice,
  type SizeChoice,
  sizeOf,
} from '../training/picture-choice.ts';
import type { RunRecord } from '../training/run-record.ts';

/** The rule by which a training held out images of a folder. Models record it. */
export interface TrainedSplit {
  /** Path of the folder in the training command. */
  readonly dataset: string;
  /** Number of held-out images. */
  readonly images: number;
  /** An image is held out if its key is at most this limit. */
  readonly limit: string;
  /**
   * Size to which images were scaled; null if they were not scaled. The keys that select held-out images are computed after scaling and
   * padding.
   */
  readonly size: SizeChoice | null;
  /** Side of the square to which images were padded with black; null without padding. */
  readonly pad: number | null;
  /** Colour behind transparent parts, `#rrggbb`; null for white. */
  readonly background: string | null;
  /** Number of images taken from the folder; null for all. */
  readonly take: number | null;
  /** SHA-256 of the training images, as in `data.json`; null if an earlier version of isonoise trained the model. */
  readonly sha256: string | null;
}

/** The part of a bundle that records its training. */
interface Recorded {
  readonly manifest: Pick<Bundle['manifest'], 'training'>;
}

/** Reads the split of a model; null if the model does not record one. */
export function trainedSplit(bundle: Recorded | undefined): TrainedSplit | null {
  const recorded = bundle?.manifest.training.heldOut;
  if (typeof recorded !== 'object' || recorded === null) return null;
  const {
    images,
    limit,
    size = null,
    pad = null,
    background = null,
    take = null,
    sha256: hash = null,
  } = Object.fromEntries(Object.entries(recorded));
  const { dataset } = bundle?.manifest.training ?? {};
  const isSide = (value: unknown): value is number | null => value === null || typeof value === 'number';
  const isSize = (value: unknown): value is SizeChoice | null =>
    isSide(value) || (typeof value === 'string' && sizeOf(value) !== null);
  return typeof images === 'number' &&
    typeof limit === 'string' &&
    limit.length === HOLDOUT_KEY_LENGTH &&
    isSize(size) &&
    isSide(pad) &&
    isSide(take) &&
    (background === null || (typeof background === 'string' && colourOf(background) === background))
    ? {
        dataset: typeof dataset === 'string' ? dataset : '',
        images,
        limit,
        size,
        pad,
        background,
        take,
        sha256: typeof hash === 'string' ? hash : null,
      }
    : null;
}

/** Returns the split of a run; null if the run holds no images out. */
export function splitOfRun({ heldOut, data, dataSha256, tags }: RunRecord): TrainedSplit | null {
  if (heldOut === null) return null;
  const { images, limit } = heldOut;
  const { dataset, size, pad, background, limit: take } = data;
  // If a run has tags, its hash includes the tags. The hash is not used then, because the tags of the files
  // may have changed.
  const hash = tags == null ? dataSha256 : null;
  return { dataset, images, limit, size, pad, background, take, sha256: hash };
}

/** Settings for loading images and tags from a folder. */
export interface FolderChoice extends PictureChoice {
  readonly tagsFromNames: boolean;
}

/** Returns the settings with which the training of a model loaded its folder. */
export function folderOfModel(bundle: Recorded | undefined): FolderChoice {
  const { pictures, tagsFromNames = false } = bundle?.manifest.training ?? {};
  return { ...(readPictureChoice(pictures) ?? EARLIER_PICTURES), tagsFromNames: tagsFromNames === true };
}

/**
 * Returns the size to which the images of a folder must be scaled to equal the training images; null if the images must
 * not be scaled.
 */
export function loadedSize(
  { size, pad }: Pick<TrainedSplit, 'size' | 'pad'>,
  { width, height }: ImageSize,
): ImageSize | null {
  return pad === null ? { width, height } : sizeOf(size);
}

/** The images of a folder, split as in a training. */
export interface DividedFolder {
  /** The training images and the held-out images; null if no image is held out. */
  readonly parts: HeldOut | null;
  /** Description of the differences from the training and their consequences; null if there are none. */
  readonly note: string | null;
}

/**
 * Splits the images of a folder in the same way as the training. A folder is split if it contains the
 * recorded training images. It is also split if it has the recorded name, even if its images have changed.
 * Other folders are not split.
 *
 * @param name current path of the folder
 */
export function splitAsTrained(
  name: string,
  folder: Dataset,
  { dataset, images, limit, pad, sha256: recorded }: TrainedSplit,
): DividedFolder {
  const parts = holdOut(pad === null ? folder : padTo(folder, pad), { limit }, sha256);
  const found = parts?.heldOut.count ?? 0;
  const isSame =
    recorded === null ? found === images : parts !== null && recordOf(parts.training).sha256 === recorded;
  if (isSame) {
    const missing =
      found === images ? null : `${name} has ${found} of the ${images} held-out images of the training`;
    return { parts, note: missing };
  }
  if (name !== dataset) {
    return {
      parts: null,
      note: `${name} does not contain the training images, which were in ${dataset}; drawn images are compared with all its images, and none is held out`,
    };
  }
  return {
    parts,
    note:
      `${name} has changed since the training: images were added, removed or changed, or have different classes. ${found} of its images are ` +
      `held out by the rule of the training; the training held out ${images}`,
  };
}
