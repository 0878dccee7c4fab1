/** Largest priority number of BullMQ. */
export const MOST_PRIORITY: number = 2 ** 21 - 1;
/** Default priority of a job. */
export const DEFAULT_PRIORITY = 10;

/** Default number of unfinished jobs that a client may have. */
export const DEFAULT_CLIENT_LIMIT = 8;

/** Most images that a worker draws together. */
export const MOST_RANGE_SIZE = 4096;
/** Largest default number of images of a range. */
export const MOST_DEFAULT_RANGE = 64;
/** Small jobs are cut into at least this many ranges, so that several workers draw them. */
export const LEAST_RANGES = 8;

/** Default number of steps after which the state of a range is saved. */
export const DEFAULT_SAVE_EVERY = 10;

/**
 * Most ranges of a job that are in the queue or being drawn: enough for 1,000 workers of two ranges each. A range takes
 * about a kilobyte in the queue; the memory for its images is limited separately.
 */
export const MOST_QUEUED = 2048;
/** Ranges that are added to the queue together. */
export const FEED_RANGES = 64;
