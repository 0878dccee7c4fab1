/** A key of Redis, or a kind of keys. */
interface KeyEntry {
  /** End of the name. */
  readonly suffix: string;
  readonly type: 'hash' | 'sorted set' | 'string';
  /** When the key is removed, for docs/formats.md. */
  readonly expires: string;
  /** What it contains, for docs/formats.md. */
  readonly content: string;
}

/** The keys that exist once in a store. docs/formats.md has the same table. */
export const STORE_KEYS: Readonly<Record<'open' | 'jobs' | 'settings' | 'totals' | 'feeding', KeyEntry>> = {
  open: {
    suffix: ':open',
    type: 'sorted set',
    expires: 'never; ids of jobs that have ended or expired are removed',
    content: 'ids of open jobs, by the time of their creation in milliseconds since 1970',
  },
  jobs: {
    suffix: ':jobs',
    type: 'sorted set',
    expires: 'never; ids of expired jobs are removed when a job is sent or the jobs are listed',
    content: 'ids of all jobs, by the time of their creation in milliseconds since 1970',
  },
  settings: {
    suffix: ':settings',
    type: 'hash',
    expires: 'never',
    content: '`clientLimit`: largest number of unfinished jobs of a client',
  },
  totals: {
    suffix: ':totals',
    type: 'hash',
    expires: 'never',
    content: '`images`, `ranges`, `milliseconds`: sums over all finished ranges since the store was created',
  },
  feeding: {
    suffix: ':feeding',
    type: 'string',
    expires: 'after two seconds',
    content:
      'name of the worker that adds ranges of all open jobs to the queue; the others do not add ranges meanwhile',
  },
};

const JOB_EXPIRES = '`keepSeconds` after the last progress and the last request of its client';

/** The keys of one job; a range is named by its number, from 0. docs/formats.md has the same table. */
export const JOB_KEYS: Readonly<Record<'job' | 'ranges' | 'results' | 'saved', KeyEntry>> = {
  job: {
    suffix: '',
    type: 'hash',
    expires: JOB_EXPIRES,
    content: 'the record, the request and the state of the job; its fields are below',
  },
  ranges: {
    suffix: ':ranges',
    type: 'hash',
    expires: JOB_EXPIRES,
    content:
      'who drew each finished range: JSON with `worker`, `kind`, `steps` and `milliseconds`. A range that is listed here stays finished',
  },
  results: {
    suffix: ':results',
    type: 'hash',
    expires: `${JOB_EXPIRES}; at once when the job fails or is cancelled`,
    content:
      'images of finished ranges that were not collected: float32 in little-endian, `[count, C, H, W]`',
  },
  saved: {
    suffix: ':saved',
    type: 'hash',
    expires: `${JOB_EXPIRES}; at once when the job fails or is cancelled`,
    content: 'states of ranges that were begun, each a [saved sampling state](#saved-sampling-state)',
  },
};

/** The key of a worker, without the version of the protocol, so that clients of every version see it. */
export const WORKER_KEY: KeyEntry = {
  suffix: ':worker:',
  type: 'string',
  expires: '15 seconds after the last sign of life',
  content: 'JSON with `name`, `protocol`, `kinds`, `images`, `ranges` and `milliseconds` of the worker',
};

/**
 * The key with the names of workers, without the version of the protocol, so that workers are found without a scan of
 * all keys.
 */
export const WORKERS_KEY: KeyEntry = {
  suffix: ':workers',
  type: 'sorted set',
  expires: '15 seconds after the last sign of life of any worker; names of silent workers are removed',
  content: 'names of the connected workers, by their last sign of life in seconds since 1970',
};

/** The fields of the key `job` besides the request. docs/formats.md has the same table. */
export const JOB_FIELDS = {
  record: 'JSON: `JobRecord` of `packages/jobs/src/job-record.ts`, with the version of the protocol',
  senderText: 'text that the sender keeps with the job',
  state:
    '`sending` until everything is stored, then `open`, `done`, `failed` or `cancelled`; only an open job is drawn',
  added: 'number of ranges that were added to the queue: the first ranges of the job',
  reserved: 'number of ranges that can be added, because memory is reserved for their images',
  rangeBytes: 'memory for the images of a range, in bytes',
  stateBytes: 'memory for the saved state of a range, in bytes; 0 if it is not saved',
  kind: 'kind of processor that draws the job, with `--same-bits`',
  note: 'what the job waits for, such as a model that a worker cannot open',
  'lacks:<worker>': 'the latest note of this worker, while it cannot open the model',
  reason: 'why the job failed or was cancelled',
  began: 'when the first finished range was begun, in milliseconds since 1970 by the clock of Redis',
  latest: 'when the latest range was finished',
} as const;
