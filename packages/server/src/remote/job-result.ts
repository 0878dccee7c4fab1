import { setImmediate as otherWork } from 'node:timers/promises';
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
const RESULTS_BYTES = 2 ** 28;
/** Memory for single images that are read and encoded, in bytes. It is freed before the images are sent. */
const SINGLE_BYTES = 2 ** 26;

/** Channels that a picture can have. */
const PICTURE_CHANNELS: readonly number[] = [1, 3, 4];

/** A body that is created while it is sent. */
export interface StreamedBody {
  readonly chunks: AsyncGenerator<Uint8Array, void, undefined>;
  /** Length in bytes; undefined if it is not known before the end. */
  readonly length?: number;
}

interface Range {
  /** Position of the first image in the job, from 0. */
  readonly first: number;
  readonly count: number;
  readonly images: Float32Array;
}
/** Encodes the images of a range as parts of a result. */
type Encode = (range: Range) => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;

/**
 * The images of jobs. Every method throws a ServerError with one of these codes: `JOB_NOT_FOUND`, `JOB_NOT_FINISHED`,
 * `JOB_FAILED`, `JOB_CANCELLED`, `JOB_OF_COMMAND`, `JOB_UNREADABLE`.
 */
export class JobResults {
  readonly #access: StoreAccess;
  readonly #jobs: ReadableJobs;
  readonly #results = new MemoryTurns(RESULTS_BYTES);
  readonly #singles = new MemoryTurns(SINGLE_BYTES);

  constructor(access: StoreAccess) {
    this.#access = access;
    this.#jobs = new ReadableJobs(access);
  }

  /**
   * Returns the images of a finished job as a NumPy file, with the bytes of `pnpm sample --npy`.
   *
   * @param client aborted if the client has gone
   */
  async npy(id: string, client: AbortSignal): Promise<StreamedBody> {
    const { record, planned } = await this.#access.use((open) => this.#jobs.finished(open, id));
    const { channels, height, width } = planned.plan.shape;
    const header = npyHeader([record.images, channels, height, width]);
    const parts = this.#parts(record, client, ({ images }) => [bytesOf(images)]);
    async function* chunks(): StreamedBody['chunks'] {
      yield header;
      yield* parts;
    }
    return { chunks: chunks(), length: header.length + 4 * record.images * record.imageValues };
  }

  /**
   * Returns the images of a finished job as a zip archive of the files of `pnpm sample --out <folder>/`.
   *
   * @param client aborted if the client has gone
   * @throws ServerError `QUERY_INVALID` if the images are not pictures
   */
  async zip(id: string, client: AbortSignal): Promise<StreamedBody> {
    const job = await this.#access.use((open) => this.#jobs.finished(open, id));
    const { record, text, planned } = job;
    requirePictures(planned.plan);
    const names = imageNames(planned.plan, text.classNames);
    const pngs = this.#parts(record, client, (range) => pngsOf(job, range, client));
    async function* files(): AsyncGenerator<ZipFile, void, undefined> {
      let position = 0;
      for await (const bytes of pngs) yield { name: names[position++] ?? '', bytes };
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
      const memory = await this.#singles.take(4 * record.imageValues);
      try {
        return pngOfImage(job, position, await store.image(record, position));
      } finally {
        memory.free();
      }
    });
  }

  /**
   * Yields the parts of the result of a finished job. A range takes memory first for its images, then for its encoded
   * parts.
   */
  async *#parts(
    record: JobRecord,
    client: AbortSignal,
    encode: Encode,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    for (let range = 0; range < countRanges(record); range++) {
      const { count } = imagesOfRange(record, range);
      const memory = await this.#results.take(4 * record.imageValues * count, client);
      try {
        const parts = await this.#encoded(record, range, encode);
        memory.keep(parts.reduce((sum, { length }) => sum + length, 0));
        yield* parts;
      } finally {
        memory.free();
      }
    }
  }

  /** Reads and encodes a range. Afterwards, only the parts can refer to the images of the range. */
  async #encoded(record: JobRecord, range: number, encode: Encode): Promise<readonly Uint8Array[]> {
    const images = await this.#access.use(({ store }) => store.images(record, range));
    return encode({ ...imagesOfRange(record, range), images });
  }
}

/** Encodes the images of a range as PNG files. @throws the reason of `client` if it is aborted */
async function pngsOf(
  job: ReadableJob,
  { first, count, images }: Range,
  client: AbortSignal,
): Promise<readonly Uint8Array[]> {
  const { imageValues } = job.record;
  const pngs: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    pngs.push(pngOfImage(job, first + i, images.subarray(i * imageValues, (i + 1) * imageValues)));
    await otherWork();
    client.throwIfAborted();
  }
  return pngs;
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
