import { isIsonoiseError } from '@isonoise/error';
import { isStoreTrouble, type JobsErrorCode, storeError } from '@isonoise/jobs';
import { ServerError, type ServerErrorCode } from '../errors.ts';

const UNAVAILABLE: readonly [ServerErrorCode, string] = [
  'JOBS_UNAVAILABLE',
  'jobs: the store of jobs cannot be used now; expected a running Redis server. Retry later; the log of the server has the cause.',
];

/** Code of the API for each error code of the store. The message, if given, replaces the message of the error. */
const ERRORS: Partial<Record<JobsErrorCode, readonly [code: ServerErrorCode, message?: string]>> = {
  // The messages of these errors contain the address of the store.
  JOBS_UNREACHABLE: UNAVAILABLE,
  JOBS_ACCESS: UNAVAILABLE,
  JOBS_STORE: UNAVAILABLE,
  JOBS_MEMORY_FULL: [
    'JOBS_MEMORY_FULL',
    'jobs: the memory of the store of jobs is full; expected free memory. Delete finished jobs, or retry later.',
  ],
  JOBS_TOO_MANY: ['JOBS_TOO_MANY'],
  JOB_NOT_FOUND: ['JOB_NOT_FOUND'],
  JOBS_RECORD: ['JOB_UNREADABLE'],
  JOBS_PROTOCOL: ['JOB_UNREADABLE'],
};

/** Converts an error of the store to an error of the API; returns other errors unchanged. */
export function apiError(cause: unknown): unknown {
  if (cause instanceof ServerError) return cause;
  const error = !isIsonoiseError(cause) && isStoreTrouble(cause) ? storeError('a command', cause) : cause;
  if (!isIsonoiseError(error)) return error;
  const [code, message = error.message] = ERRORS[error.code as JobsErrorCode] ?? [];
  return code === undefined ? error : new ServerError(code, message, { cause: error });
}
