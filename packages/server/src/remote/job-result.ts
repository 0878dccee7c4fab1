import { countRanges, imagesOfRange, type JobPlan, type JobRecord } from '@isonoise/jobs';
import { npyHeader } from '@isonoise/picture';
import { encodeImageRecord, imageNames, imageRecord, recordOfImage } from '@isonoise/runtime';
import { type SamplingPlan, samplers } from '@isonoise/sampler';
import { ServerError } from '../errors.ts';
import { bytesOf } from '../sampling/little-endian.ts';
import { pngOf } from '../sampling/picture.ts';
import { MemoryTurns } from './memory-turns.ts';
import { type ReadableJob, ReadableJobs, unfinished } from './readable-job.ts';
import type { SenderText } from './sender-text.ts';
import type { StoreAccess } from './store-access.ts';
import { type ZipFile, zipOf } from './zip-stream.ts';

/** Memory for the images of all results that are being sent, in bytes. A larger range of images is sent alone. */
const IMAGES_BYTES = 2 ** 28;

/** Channels that a picture can have. */
const PICTURE_CHANNELS: readonly number[] = [1, 3, 4];

/** A body that is made while it is sent. */
export interface StreamedBody {
  readonly chunks: AsyncGenerator<Uint8Array, void, undefined>;
  /** Length in bytes; undefined if it is not known before the end. */
  readonly length?: number;
}

/**
 * The images of jobs. Every method throws ServerError `JOB_NOT_FOUND`, `JOB_NOT_FINISHED`, `JOB_FAILED`, `JOB_CANCELLED`,
 * `JOB_OF_COMMAND`, `JOB_UNREADABLE`.
 */
export class JobResults {
  readonly #access: StoreAccess;
  readonly #jobs: ReadableJobs;
  readonly #memory = new MemoryTurns(IMAGES_BYTES);

  constructor(access: StoreAccess) {
    this.#access = access;
    this.#jobs = new ReadableJobs(access);
  }

  /** Returns the images of a finished job as a NumPy file, with the bytes of `pnpm sample --npy`. */
  async npy(id: string): Promise<StreamedBody> {
    const { record, planned } = await this.#access.use((open) => this.#jobs.finished(open, id));
    const { channels, height, width } = planned.plan.shape;
    const header = npyHeader([record.images, channels, height, width]);
    const ranges = this.#ranges(record);
    async function* chunks(): StreamedBody['chunks'] {
      yield header;
      for await (const { images } of ranges) yield bytesOf(images);
    }
    return { chunks: chunks(), length: header.length + 4 * record.images * record.imageValues };
  }

  /**
   * Returns the images of a finished job as a zip archive of the files of `pnpm sample --out <folder>/`.
   *
   * @throws ServerError `QUERY_INVALID` if the images are not pictures
   */
  async zip(id: string): Promise<StreamedBody> {
    const job = await this.#access.use((open) => this.#jobs.finished(open, id));
    const { record, text, planned } = job;
    requirePictures(planned.plan);
    const names = imageNames(planned.plan, text.classNames);
    const ranges = this.#ranges(record);
    async function* files(): AsyncGenerator<ZipFile, void, undefined> {
      for await (const { first, count, images } of ranges)
        for (let i = 0; i < count; i++) {
          const one = images.subarray(i * record.imageValues, (i + 1) * record.imageValues);
          yield { name: names[first + i] ?? '', bytes: pngOfImage(job, first + i, one) };
        }
    }
    return { chunks: zipOf(files()) };
  }

  /**
   * Returns an image as a PNG file, as soon as its range is finished.
   *
   * @param position position in the job, from 0
   * @throws ServerError `NOT_FOUND`; `QUERY_INVALID` if the images are not pictures
   */
  image(id: string, position: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#access.use(async (open) => {
      const { store } = open;
      const { job } = await this.#jobs.get(open, id);
      const { record, planned } = job;
      if (position >= record.images)
        throw new ServerError(
          'NOT_FOUND',
          `job ${id} has no image ${position}; expected a number from 0 to ${record.images - 1}. Correct the path.`,
        );
      requirePictures(planned.plan);
      if (!(await store.isFinished(id, Math.floor(position / record.rangeSize))))
        throw await unfinished(open, id, `image ${position} of job ${id}`);
      const free = await this.#memory.take(4 * record.imageValues);
      try {
        return pngOfImage(job, position, await store.image(record, position));
      } finally {
        free();
      }
    });
  }

  /** Yields the ranges of a finished job in order. The memory of each is taken until the next is asked for. */
  async *#ranges(
    record: JobRecord,
  ): AsyncGenerator<{ readonly first: number; readonly count: number; readonly images: Float32Array }> {
    for (let range = 0; range < countRanges(record); range++) {
      const { first, count } = imagesOfRange(record, range);
      const free = await this.#memory.take(4 * record.imageValues * count);
      try {
        yield {
          first,
          count,
          images: await this.#access.use(({ store }) => store.images(record, range)),
        };
      } finally {
        free();
      }
    }
  }
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
