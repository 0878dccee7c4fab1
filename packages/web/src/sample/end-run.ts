import { codeOf } from '@isonoise/error';
import { encodeImageRecord, givenOf, type ImageRecord, imageRecord } from '@isonoise/runtime';
import type { SavedSampling } from '@isonoise/sampler';
import type { Run, RunFinish } from './run.ts';
import { unchangedNote } from './run-finish.ts';

/** The finished images of a run. */
interface EndedRun {
  /** `[N, C, H, W]` in [-1, 1]. */
  readonly result: Float32Array;
  /** Whether the images were changed after their last step. */
  readonly isChanged: boolean;
  /** The request, for PNG files; null if it is too long. */
  readonly record: ImageRecord | null;
  readonly notes: readonly string[];
}

/**
 * Changes the images of the last step, and makes their record. If they cannot be changed, they stay as they were drawn,
 * and a note says so.
 *
 * @param x images of the last step, `[N, C, H, W]`
 * @param save returns the state after the last step
 */
export async function endRun(run: Run, x: Float32Array, save: () => SavedSampling): Promise<EndedRun> {
  const { result, changes, notes } = await change(run, x);
  const isChanged = changes !== undefined;
  const { record, notes: own } = run.composed?.() ?? { record: recordOf(save(), run, changes), notes: [] };
  const isShort = fits(record);
  return {
    result,
    isChanged,
    record: isShort ? record : null,
    notes: [...notes, ...own, ...(isShort ? [] : [TOO_LONG])],
  };
}

const TOO_LONG = 'The request is too long for a PNG file, so PNG files of these images do not contain it';

/** Changes finished images. */
async function change(
  { finish }: Run,
  x: Float32Array,
): Promise<Pick<EndedRun, 'result' | 'notes'> & { readonly changes: RunFinish['record'] | undefined }> {
  if (finish === undefined) return { result: x, changes: undefined, notes: [] };
  try {
    return { result: await finish.apply(x), changes: finish.record, notes: [] };
  } catch (error) {
    return { result: x, changes: undefined, notes: [unchangedNote(error)] };
  }
}

/** Returns the request of finished images, for PNG files. */
function recordOf(
  saved: SavedSampling,
  { images, request }: Run,
  changes: RunFinish['record'] | undefined,
): ImageRecord {
  const [, channels, height, width] = images.shape;
  const pixels = height * width;
  const given = 'from' in request ? undefined : givenOf(request, channels * pixels, pixels);
  return imageRecord(saved, { given, ...changes });
}

/** Whether a PNG file can contain a record. */
function fits(record: ImageRecord): boolean {
  try {
    encodeImageRecord(record);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'RUNTIME_RECORD') throw error;
    return false;
  }
}
