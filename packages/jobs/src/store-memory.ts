import { allocatedBytes } from './allocated-bytes.ts';
import { jobsError } from './errors.ts';
import { imagesOfRange, type JobRecord } from './job-record.ts';

/** Share of the memory of the server that jobs may fill. */
const MEMORY_SHARE = 0.7;
/** Memory in bytes that jobs may fill if the server reports neither a limit nor the memory of its machine. */
const UNKNOWN_BYTES = 1 << 30;

/** Memory of the store, in bytes. */
export interface StoreMemory {
  readonly used: number;
  /** Memory that an empty server uses. */
  readonly empty: number;
  /** Memory limit of the server; null if it has none. */
  readonly limit: number | null;
  /**
   * Used memory at which no further ranges are added to the queue: a share of the limit, or of the memory of the server's
   * machine.
   */
  readonly forJobs: number;
}

/** Reads the section `memory` of INFO. @param info as `fieldsOf` parses it */
export function storeMemory(info: ReadonlyMap<string, string>): StoreMemory {
  const bytes = (name: string): number => Number(info.get(name) ?? 0);
  const limit = bytes('maxmemory');
  return {
    used: bytes('used_memory'),
    empty: bytes('used_memory_startup'),
    limit: limit === 0 ? null : limit,
    forJobs: (limit || bytes('total_system_memory')) * MEMORY_SHARE || UNKNOWN_BYTES,
  };
}

/** Size of the images of a whole range, in bytes. */
export const rangeBytes = (record: Pick<JobRecord, 'images' | 'rangeSize' | 'imageValues'>): number =>
  4 * record.imageValues * imagesOfRange(record, 0).count;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const shareOf = ({ limit }: StoreMemory): string =>
  `${100 * MEMORY_SHARE} % of ${limit === null ? 'the memory of its machine' : 'maxmemory'}`;

/** Checks the size of a range. @throws `JOBS_MEMORY_FULL` if the images of one range never fit into the memory */
export function requireRangeFits(
  record: Pick<JobRecord, 'images' | 'rangeSize' | 'imageValues'>,
  memory: StoreMemory,
): void {
  const [size, fits] = [allocatedBytes(rangeBytes(record)), Math.max(0, memory.forJobs - memory.empty)];
  if (size <= fits) return;
  throw jobsError(
    'JOBS_MEMORY_FULL',
    `job: the images of a range need ${megabytes(size)} in Redis; expected at most ${megabytes(fits)} (${shareOf(memory)}). ` +
      'Choose a smaller --range-size, or raise maxmemory.',
  );
}

/**
 * Returns a text for ranges that wait for memory; null if a range fits. The text stays the same while the used
 * memory changes, because clients are told when it changes.
 *
 * @param promised memory that ranges in the queue and saved states will need, in bytes
 */
export function shortageText(
  record: Pick<JobRecord, 'images' | 'rangeSize' | 'imageValues'>,
  memory: StoreMemory,
  promised: number,
): string | null {
  const { used, forJobs } = memory;
  if (used + promised + allocatedBytes(rangeBytes(record)) <= forJobs) return null;
  return (
    `ranges wait for memory: the ${megabytes(forJobs)} that jobs may fill in Redis (${shareOf(memory)}) are used or reserved; ` +
    'expected room for the images of a range. Collect or cancel jobs, or raise maxmemory'
  );
}
