import { isIsonoiseError } from '@isonoise/error';
import type { Finish } from '@isonoise/picture';
import {
  encodeImageRecord,
  finishRecord,
  type GivenArrays,
  givenOf,
  IMAGE_RECORD,
  type ImageRecord,
  imageRecord,
  recordOfImage,
} from '@isonoise/runtime';
import type { SamplingStart } from '@isonoise/sampler';
import { CliError } from '../errors.ts';
import type { SampleFlags } from './sample-flags.ts';
import { isFolderName } from './write-images.ts';

/** Flags that determine the texts in PNG files. */
type RecordFlags = Pick<SampleFlags, 'metadata' | 'out' | 'atlas'>;

/** Texts that record the request of images in PNG files. */
export interface RecordTexts {
  /** Texts of a file with all images; undefined if no such file is written. */
  readonly all: Readonly<Record<string, string>> | undefined;
  /** Returns the texts of a single image. @param at position of the image in the run */
  one(at: number): Readonly<Record<string, string>>;
}

/**
 * Returns the texts for a run that has not begun; undefined with `--no-metadata`.
 *
 * @param finish changes of the images after drawing
 * @param arrays pictures from which the run starts, or which it changes
 * @throws `CLI_USAGE` if a text is too long for a PNG file
 */
export function recordTexts(
  run: Pick<SamplingStart, 'plan' | 'model' | 'guideModel'>,
  { metadata, out, atlas }: RecordFlags,
  finish: Finish,
  arrays: GivenArrays = {},
): RecordTexts | undefined {
  if (metadata === false) return undefined;
  const { channels, height, width } = run.plan.shape;
  const given = givenOf(arrays, channels * height * width, height * width);
  const record = imageRecord(run, { given, ...finishRecord(finish) });
  const hasAll = !isFolderName(out) || atlas !== undefined;
  return { all: hasAll ? textOf(record) : undefined, one: (at) => textOf(recordOfImage(record, at)) };
}

/** Returns the text of a record. @throws `CLI_USAGE` if it is too long for a PNG file */
export const textOf = (record: ImageRecord): Readonly<Record<string, string>> => ({
  [IMAGE_RECORD.keyword]: encoded(record),
});

function encoded(record: ImageRecord): string {
  try {
    return encodeImageRecord(record);
  } catch (cause) {
    if (!isIsonoiseError(cause)) throw cause;
    const problem = cause.message.replace(/^image record: /, '').replace(/Omit .*,/, 'Add --no-metadata,');
    throw new CliError('CLI_USAGE', `--out: ${problem}`, { cause });
  }
}
