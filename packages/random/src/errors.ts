import { type MakeError, makeError } from '@isonoise/error';

/** Codes of this package; docs/errors.md is made of them. */
export const ERROR_CODES = {
  RANDOM_SEED: {
    meaning: 'The seed is not a whole number of 64 bits.',
    advice: 'Pass a safe integer, a bigint or decimal digits from 0 to 2^64 - 1.',
  },
  RANDOM_STREAM: {
    meaning: 'A random stream has an image, step, start or purpose that does not exist.',
    advice: 'Pass whole numbers of 32 bits and one of the purposes in the message.',
  },
  RANDOM_RANGE: {
    meaning: 'A probability, a count or an upper limit of random numbers is out of range.',
    advice: 'Pass a value in the range of the message.',
  },
};

export type RandomErrorCode = keyof typeof ERROR_CODES;

export const randomError: MakeError<'RANDOM', typeof ERROR_CODES> = makeError;
