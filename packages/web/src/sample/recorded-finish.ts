import { coloursOf, type LookRecord } from '@isonoise/data';
import type { Finish } from '@isonoise/picture';
import type { ImageRecord } from '@isonoise/runtime';
import { type FinishTexts, NO_FINISH_TEXTS } from '../request/finish-texts.ts';

/** The changes of finished images that a PNG file records. */
export interface RecordedFinish {
  /** The changes; null if there are none. */
  readonly finish: Finish | null;
  /** The fields of a form that request the same changes. Changes that fields cannot express are left out. */
  readonly texts: FinishTexts;
  /** Why the form cannot show the changes; empty if it can. */
  readonly notes: readonly string[];
}

/**
 * Reads the changes of finished images from a PNG file.
 *
 * @param lookOfModel reads the look of the model's training images, which has the palette that the form offers
 * @throws the error of `lookOfModel` if the file does not contain its palette
 */
export async function readRecordedFinish(
  { finish = [], palette }: Pick<ImageRecord, 'finish' | 'palette'>,
  lookOfModel: () => Promise<LookRecord | null>,
): Promise<RecordedFinish> {
  if (finish.length === 0) return { finish: null, texts: NO_FINISH_TEXTS, notes: [] };
  const mirror = finish.includes('symmetry');
  const symmetry = mirror ? 'mirror' : '';
  if (!finish.includes('palette'))
    return { finish: { mirror, palette: null }, texts: { palette: '', symmetry }, notes: [] };
  const look = await lookOfModel().catch((error: unknown) => {
    // The colours of the file are sufficient to draw, but not to know whether the form can show them.
    if (palette === undefined) throw error;
    return undefined;
  });
  const own = look?.palette ?? null;
  const colours = palette ?? own;
  const isOwn = colours !== null && own !== null && colours.join() === own.join();
  const note = colours === null ? NO_COLOURS : look === undefined ? UNKNOWN_COLOURS : OTHER_COLOURS;
  return {
    finish: { mirror, palette: colours === null ? null : coloursOf(colours) },
    texts: { palette: isOwn ? 'auto' : '', symmetry },
    notes: isOwn ? [] : [note],
  };
}

const NO_COLOURS =
  'The file does not contain the palette of its images, so they are drawn in all colours, and have no link';
const OTHER_COLOURS =
  'The palette is that of the file, not that of the training images. The form cannot show it, so the images have no link';
const UNKNOWN_COLOURS =
  'The palette is that of the file. That of the training images could not be loaded, so the images have no link';
