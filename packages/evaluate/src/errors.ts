import { type MakeError, makeError } from '@isonoise/error';

/** Error codes of this package; docs/errors.md is generated from them. */
export const ERROR_CODES = {
  EVALUATE_SHAPE: {
    meaning: 'Features, probabilities or distances do not have matching sizes, or a set is too small.',
    advice: 'Take the features of both sets from the same network, and use more images.',
  },
  EVALUATE_NON_FINITE: {
    meaning: 'A feature or probability is NaN or infinite.',
    advice: 'Check the images and the network that computes the features.',
  },
};

export type EvaluateErrorCode = keyof typeof ERROR_CODES;

export const evaluateError: MakeError<'EVALUATE', typeof ERROR_CODES> = makeError;
