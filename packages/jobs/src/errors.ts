import { type MakeError, makeError } from '@isonoise/error';

/**
 * Error codes of this package; docs/errors.md is generated from them. A code of the HTTP API in this table has the same
 * meaning in both.
 */
export const ERROR_CODES = {
  JOBS_UNREACHABLE: {
    meaning: 'The Redis server of the jobs cannot be reached, or the connection was lost for too long.',
    advice: 'Start it with pnpm jobs:start, or correct the address of --redis.',
  },
  JOBS_ACCESS: {
    meaning: 'The Redis server of the jobs refuses the user or the password, or forbids a command.',
    advice: 'Correct the user and the password in the address, or the permissions of the user.',
  },
  JOBS_STORE: {
    meaning: 'The Redis server is not suitable as a store of jobs.',
    advice: 'Change the setting that the message names.',
  },
  JOBS_MEMORY_FULL: {
    meaning: 'The memory for jobs does not have room for the images of the job.',
    advice: 'Collect or cancel jobs (pnpm jobs list), choose a smaller --range-size, or raise maxmemory.',
  },
  JOBS_PROTOCOL: {
    meaning: 'A job or a worker uses a different version of the protocol of jobs.',
    advice: 'Use the same version of isonoise on all machines.',
  },
  JOBS_RECORD: {
    meaning: 'The record of a job in Redis is damaged.',
    advice: 'Send the job again.',
  },
  JOBS_TOO_MANY: {
    meaning: 'A client has too many jobs that are not finished.',
    advice: 'Wait until a job is finished, or cancel one.',
  },
  JOB_NOT_FOUND: {
    meaning: 'The job does not exist, or has expired.',
    advice: 'Check the id, or send the job again.',
  },
  JOB_FAILED: {
    meaning: 'A range of images failed repeatedly, so the job failed.',
    advice: 'Read the reason in the message; then send the job again.',
  },
  JOB_CANCELLED: {
    meaning: 'The job was cancelled, so it has no result.',
    advice: 'Send the job again if its images are still needed.',
  },
  JOBS_BUNDLE: {
    meaning: 'A worker does not have the bundle of a job, and could not fetch it.',
    advice: 'Copy the bundle into the folder of the worker, or correct what the message names.',
  },
};

export type JobsErrorCode = keyof typeof ERROR_CODES;

export const jobsError: MakeError<'JOBS' | 'JOB', typeof ERROR_CODES> = makeError;
