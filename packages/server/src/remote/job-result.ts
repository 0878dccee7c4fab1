import { countRanges, imagesOfRange, type JobPlan, type JobRecord } from '@isonoise/jobs';
import { npyHeader } from '@isonoise/picture';
import { encodeImageRecord, imageNames, imageRecord, recordOfImage } from '@isonoise/runtime';
import { type SamplingPlan, samplers } from '@isonoise/sampler';
import { ServerError } from '../errors.ts';
import { bytesOf } from '../sampling/little-endian.ts';
import { pngOf } from '../sampling/picture.ts';
import { readJobInfo } from './job-info.ts';
import { type SenderText, senderText } from './sender-text.ts';
import type { OpenStore, StoreAccess } from './store-access.ts';
import { type ZipFile, zipOf } from './zip-stream.ts';

/** Limits of the seconds that a client should wait before it asks for a result again. */
const [LEAST_WAIT, MOST_WAIT] = [1, 60];

/** Channels that a picture can have. */
const PICTURE_CHANNELS: readonly number[] = [1, 3, 4];

/** A body that is made while it is sent. */
export interface StreamedBody {
  readonly chunks: AsyncGenerator<Uint8Array, void, undefined>;
  /** Length in bytes; undefined if it is not known before the end. */
  readonly length?: number;
}

/** A job whose images can be read. */
interface ReadableJob {
  readonly record: JobRecord;
  readonly text: SenderText;
  /** The request of all images. */
  readonly planned: JobPlan;
}

/** Reads a job for its images, unless it failed or was cancelled. Its expiry is postponed. */
async function readJob(open: OpenStore, id: string): Promise<ReadableJob> {
  const { store } = open;
  const record = await store.record(id);
  const text = senderText(record);
  const { state } = await store.progress(id);
  // The request of such a job is not kept.
  if (state === 'failed' || state === 'cancelled') throw await unfinished(open, id, `job ${id}`);
  const planned = await store.plan(id);
  await store.keep(record);
  return { record, text, planned };
}

/** Reads a finished job. @throws ServerError `JOB_NOT_FINISHED`, `JOB_FAILED`, `JOB_CANCELLED`, `JOB_NOT_FOUND` */
async function readFinished(open: OpenStore, id: string): Promise<ReadableJob> {
  const job = await readJob(open, id);
  const { state } = await open.store.progress(id);
  if (state !== 'done') throw await unfinished(open, id, `job ${id}`);
  return job;
}

async function unfinished({ store }: OpenStore, id: string, what: string): Promise<ServerError> {
  const { state, reason, images, imagesDone, secondsLeft } = await readJobInfo(store, id);
  if (state === 'failed')
    return new ServerError(
      'JOB_FAILED',
      `job ${id} failed at ${reason}. Correct the cause, and send the job again.`,
    );
  if (state === 'cancelled')
    return new ServerError(
      'JOB_CANCELLED',
      `job ${id} was cancelled: ${reason}. Send the job again if it is still needed.`,
    );
  const wait = Math.min(MOST_WAIT, Math.max(LEAST_WAIT, Math.ceil(secondsLeft ?? 0)));
  return new ServerError(
    'JOB_NOT_FINISHED',
    `${what} is not finished: ${imagesDone} of ${images} images are done. Retry in ${wait} s, or follow /v1/jobs/${id}/events.`,
    { headers: { 'Retry-After': String(wait) } },
  );
}

/** Returns the images of a finished job as a NumPy file, with the bytes of `pnpm sample --npy`. */
export async function npyResult(access: StoreAccess, id: string): Promise<StreamedBody> {
  const { record, planned } = await access.use((open) => readFinished(open, id));
  const { channels, height, width } = planned.plan.shape;
  const header = npyHeader([record.images, channels, height, width]);
  async function* chunks(): StreamedBody['chunks'] {
    yield header;
    for (let range = 0; range < countRanges(record); range++)
      yield bytesOf(await access.use(({ store }) => store.images(record, range)));
  }
  return { chunks: chunks(), length: header.length + 4 * record.images * record.imageValues };
}

/** Returns the images of a finished job as a zip archive of the files of `pnpm sample --out <folder>/`. */
export async function zipResult(access: StoreAccess, id: string): Promise<StreamedBody> {
  const job = await access.use((open) => readFinished(open, id));
  const { record, text, planned } = job;
  const { plan } = planned;
  requirePictures(plan);
  const names = imageNames(plan, text.classNames);
  async function* files(): AsyncGenerator<ZipFile, void, undefined> {
    for (let range = 0; range < countRanges(record); range++) {
      const { first, count } = imagesOfRange(record, range);
      const images = await access.use(({ store }) => store.images(record, range));
      for (let i = 0; i < count; i++) {
        const one = images.subarray(i * record.imageValues, (i + 1) * record.imageValues);
        yield { name: names[first + i] ?? '', bytes: pngOfImage(job, first + i, one) };
      }
    }
  }
  return { chunks: zipOf(files()) };
}

/**
 * Returns an image as a PNG file, as soon as its range is finished.
 *
 * @param position position in the job, from 0
 * @throws ServerError `JOB_NOT_FOUND`, `JOB_NOT_FINISHED`, `JOB_FAILED`, `JOB_CANCELLED`, `QUERY_INVALID`
 */
export function pngResult(
  access: StoreAccess,
  id: string,
  position: number,
): Promise<Uint8Array<ArrayBuffer>> {
  return access.use(async (open) => {
    const { store } = open;
    const job = await readJob(open, id);
    const { record, planned } = job;
    if (position >= record.images)
      throw new ServerError(
        'NOT_FOUND',
        `job ${id} has no image ${position}; expected a number from 0 to ${record.images - 1}. Correct the path.`,
      );
    requirePictures(planned.plan);
    const range = Math.floor(position / record.rangeSize);
    if (!(await store.isFinished(id, range)))
      throw await unfinished(open, id, `image ${position} of job ${id}`);
    const images = await store.images(record, range);
    const at = (position - imagesOfRange(record, range).first) * record.imageValues;
    return pngOfImage(job, position, images.subarray(at, at + record.imageValues));
  });
}

function pngOfImage(
  { text, planned }: ReadableJob,
  position: number,
  values: Float32Array,
): Uint8Array<ArrayBuffer> {
  const { channels, height, width } = planned.plan.shape;
  return pngOf(
    values,
    [1, channels, height, width],
    text.metadata ? recordText(planned, text, position) : undefined,
  );
}

const recordText = (planned: JobPlan, { given }: SenderText, position: number): string =>
  encodeImageRecord(recordOfImage(imageRecord(planned, { given }), position));

/** @throws ServerError `QUERY_INVALID` if the images of the job are not pictures */
function requirePictures({ sampler, shape: { channels } }: SamplingPlan): void {
  const problem =
    samplers[sampler].inverts !== undefined
      ? `its sampler ${sampler} returns noise`
      : PICTURE_CHANNELS.includes(channels)
        ? undefined
        : `its images have ${channels} channels`;
  if (problem === undefined) return;
  throw new ServerError(
    'QUERY_INVALID',
    `the job has no pictures: ${problem}, which a PNG cannot hold; expected format npy. Add ?format=npy to /result.`,
  );
}
