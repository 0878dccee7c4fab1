import { plural } from '@isonoise/error';
import {
  allocatedBytes,
  countRanges,
  type JobClient,
  type JobRecord,
  type JobStore,
  type StoreMemory,
} from '@isonoise/jobs';
import { ServerError } from '../errors.ts';
import type { CheckedJob } from './job-request.ts';

/** Share of the jobs' memory for images and requests. The rest is for the queue and saved states. */
const IMAGES_SHARE = 0.9;
/** Memory for connections and scripts, in bytes. */
const CONNECTION_BYTES = 2e6;
/** Memory of a range besides its images, in bytes: its entries in the queue and in the job. */
const RANGE_BYTES = 2048;
/**
 * Maximum length of a value in Redis, in bytes. A longer request is refused, because Redis would close the connection.
 */
const LONGEST_VALUE = 2 ** 29;

/**
 * Checks that all images of a job fit into the store. The images of other jobs over HTTP also count, because they stay
 * there until their job is deleted or expires.
 *
 * @throws ServerError `BUDGET_EXCEEDED` if the job never fits; `JOBS_MEMORY_FULL` if it does not fit now
 */
export async function requireRoom(
  { plan, rangeSize, startBytes }: CheckedJob,
  client: Pick<JobClient, 'memory'>,
  store: JobStore,
): Promise<void> {
  const { channels, height, width } = plan.shape;
  const images = plan.images.length;
  const size = `${plural(images, 'image')} of [${channels}, ${height}, ${width}]`;
  if (startBytes > LONGEST_VALUE)
    throw new ServerError(
      'BUDGET_EXCEEDED',
      `the pictures from which ${size} start would be ${startBytes} bytes in the store of jobs; expected at most ${LONGEST_VALUE}. Send several jobs.`,
    );
  const planBytes = Buffer.byteLength(JSON.stringify(plan));
  const bytes =
    planBytes + startBytes + imageBytes({ images, rangeSize, imageValues: channels * height * width });
  const room = roomOf(await client.memory());
  if (bytes > room)
    throw new ServerError(
      'BUDGET_EXCEEDED',
      `${size} would be ${bytes} bytes in the store of jobs; expected at most ${room}. ` +
        'Send several jobs, one after the other, or raise the memory of the store.',
    );
  const held = await heldBytes(store);
  if (bytes > room - held)
    throw new ServerError(
      'JOBS_MEMORY_FULL',
      `${size} would be ${bytes} bytes in the store of jobs, where other jobs take ${held} of ${room} bytes; expected at most ${Math.max(0, room - held)}. ` +
        'Delete finished jobs, or retry later.',
    );
}

/** Returns how many bytes the images and requests of all jobs over HTTP may take. */
const roomOf = ({ forJobs, empty }: StoreMemory): number =>
  Math.floor(IMAGES_SHARE * Math.max(0, forJobs - empty - CONNECTION_BYTES));

/** Returns the memory of all images of a job, in bytes. */
function imageBytes({
  images,
  rangeSize,
  imageValues,
}: Pick<JobRecord, 'images' | 'rangeSize' | 'imageValues'>): number {
  const [ranges, whole] = [countRanges({ images, rangeSize }), Math.min(images, rangeSize)];
  return ranges * (RANGE_BYTES + allocatedBytes(4 * imageValues * whole));
}

/**
 * Returns the memory in bytes that jobs over HTTP take now or will take. Jobs sent by commands do not count, because
 * the command removes their images.
 */
async function heldBytes(store: JobStore): Promise<number> {
  // Open jobs are read first: a job that finishes in between is in both lists.
  const open = await store.openRecords();
  const done = await store.doneRecords();
  const jobs = new Map([...open.records, ...done.records].map((record) => [record.id, record]));
  const overHttp = [...jobs.values()].filter(({ hasSenderText }) => hasSenderText);
  const bytes = await Promise.all(
    overHttp.map(async (record) => imageBytes(record) + (await store.requestBytes(record.id))),
  );
  return bytes.reduce((sum, each) => sum + each, 0);
}
