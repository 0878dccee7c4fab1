import { isIsonoiseError } from '@isonoise/error';
import { encodeImageRecord, givenOf, type ImageRecord, imageRecord } from '@isonoise/runtime';
import type { SavedSampling } from '@isonoise/sampler';
import type { Run, RunFinish } from './run.ts';

/** The finished images of a run. */
interface EndedRun {
  /** `[N, C, H, W]` in [-1, 1]. */
  readonly result: Float32Array;
  /** Whether the images were changed after their last step. */
  readonly isChanged: boolean;
  /** The request, for PNG files; null if it is too long or there is none. */
  readonly record: ImageRecord | null;
  readonly notes: readonly string[];
}

/**
 * Changes the images of the last step, and makes their record. If they cannot be changed, they stay as they were drawn,
 * and a note says so.
 *
 * @param x images of the last step, `[N, C, H, W]`
 */
export async function endRun(run: Run, x: Float32Array, saved: SavedSampling): Promise<EndedRun> {
  const { result, changes, notes } = await change(run, x);
  if (run.composed !== undefined)
    return { result, isChanged: changes !== undefined, record: null, notes: [...notes, ...run.composed()] };
  const record = recordOf(saved, run, changes);
  return {
    result,
    isChanged: changes !== undefined,
    record,
    notes: record === null ? [...notes, TOO_LONG] : notes,
  };
}

const UNCHANGED = 'The palette or the symmetry could not be applied, so the images are as they were drawn';
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
    const why = error instanceof Error ? error.message : String(error);
    return { result: x, changes: undefined, notes: [`${UNCHANGED}: ${why}`] };
  }
}

/** Returns the request of finished images, for PNG files; null if it is too long. */
function recordOf(
  saved: SavedSampling,
  { images, request }: Run,
  changes: RunFinish['record'] | undefined,
): ImageRecord | null {
  const [, channels, height, width] = images.shape;
  const pixels = height * width;
  const given = 'from' in request ? undefined : givenOf(request, channels * pixels, pixels);
  const record = imageRecord(saved, { given, ...changes });
  try {
    encodeImageRecord(record);
    return record;
  } catch (error) {
    if (!isIsonoiseError(error)) throw error;
    return null;
  }
}
