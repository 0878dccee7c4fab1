import { type MakeError, makeError } from '@isonoise/error';

/** Error codes of this package; docs/errors.md is generated from them. */
export const ERROR_CODES = {
  RANDOM_SEED: {
    meaning: 'The seed is not an unsigned 64-bit integer.',
    advice: 'Pass a safe integer, a bigint or decimal digits from 0 to 2^64 - 1.',
  },
  RANDOM_STREAM: {
    meaning: 'The image, step, start or purpose of a random stream is not valid.',
    advice: 'Pass unsigned 32-bit integers and one of the purposes that the message lists.',
  },
  RANDOM_RANGE: {
    meaning: 'A probability, a count or an upper limit of random numbers is out of range.',
    advice: 'Pass a value in the range that the message states.',
  },
};

export type RandomErrorCode = keyof typeof ERROR_CODES;

export const randomError: MakeError<'RANDOM', typeof ERROR_CODES> = makeError;
