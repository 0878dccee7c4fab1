import { type MakeError, makeError } from '@isonoise/error';

/** Error codes of this package; docs/errors.md is generated from them. */
export const ERROR_CODES = {
  SAMPLER_REQUEST: {
    meaning: 'A sampling request has a value out of range, or values that contradict each other.',
    advice: 'Correct the field that the message names.',
  },
  SAMPLER_OUTPUT: {
    meaning:
      'The output of the network has the wrong number of values, lacks variances or has a negative variance.',
    advice: 'Check that the model and the variance of the request match the scheduler configuration.',
  },
  SAMPLER_NON_FINITE: {
    meaning: 'The network returned NaN or infinity, or the images left the range of float32.',
    advice: 'Lower the guidance, sample in float32, or check the weights.',
  },
  SAMPLER_SAVED: {
    meaning: 'A saved sampling state is damaged, or not in this format.',
    advice: 'Use an undamaged copy, or start again.',
  },
};

export type SamplerErrorCode = keyof typeof ERROR_CODES;

export const samplerError: MakeError<'SAMPLER', typeof ERROR_CODES> = makeError;
