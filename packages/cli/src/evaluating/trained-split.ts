import type { Bundle } from '@isonoise/bundle';
import { type Dataset, type HeldOut, HOLDOUT_KEY_LENGTH, holdOut, padTo } from '@isonoise/data';
import { colourOf } from '../terminal/colour.ts';
import { sha256 } from '../training/data-file.ts';
import type { RunRecord } from '../training/run-record.ts';

/** Which images of a folder were held out of a training; a model records it. */
export interface TrainedSplit {
  /** Number of held-out images. */
  readonly images: number;
  /** Limit of their keys. */
  readonly limit: string;
  /** Sides to which images were scaled and then padded. The keys are computed from the resulting pixels. */
  readonly size: number | null;
  readonly pad: number | null;
  /** Colour behind transparent parts, `#rrggbb`; null for white. */
  readonly background: string | null;
}

/** The part of a bundle with the facts of its training. */
interface Recorded {
  readonly manifest: Pick<Bundle['manifest'], 'training'>;
}

/** Reads the split of a model; null if it recorded none. */
export function trainedSplit(bundle: Recorded | undefined): TrainedSplit | null {
  const recorded = bundle?.manifest.training.heldOut;
  if (typeof recorded !== 'object' || recorded === null) return null;
  const {
    images,
    limit,
    size = null,
    pad = null,
    background = null,
  } = Object.fromEntries(Object.entries(recorded));
  const isSide = (value: unknown): value is number | null => value === null || typeof value === 'number';
  return typeof images === 'number' &&
    typeof limit === 'string' &&
    limit.length === HOLDOUT_KEY_LENGTH &&
    isSide(size) &&
    isSide(pad) &&
    (background === null || (typeof background === 'string' && colourOf(background) === background))
    ? { images, limit, size, pad, background }
    : null;
}

/** The split of a run; null if it holds no images out. */
export function splitOfRun({ heldOut, data: { size, pad, background } }: RunRecord): TrainedSplit | null {
  return heldOut === null ? null : { images: heldOut.images, limit: heldOut.limit, size, pad, background };
}

/** Options for loading a folder so that its images are those of the training. */
export function loadedSize({ size, pad }: TrainedSplit, height: number): number | undefined {
  return pad === null ? height : (size ?? undefined);
}

/**
 * Divides the images of a folder as the training did.
 *
 * @returns the parts, null if no image was held out; and a note if the folder has changed
 */
export function splitAsTrained(
  folder: Dataset,
  { images, limit, pad }: TrainedSplit,
): { readonly parts: HeldOut | null; readonly note: string | null } {
  const parts = holdOut(pad === null ? folder : padTo(folder, pad), { limit }, sha256);
  const found = parts?.heldOut.count ?? 0;
  const note =
    found === images
      ? null
      : `${folder.name} has ${found} held-out images, but ${images} were held out of the training; images were added, removed or changed, or this is another folder`;
  return { parts, note };
}
