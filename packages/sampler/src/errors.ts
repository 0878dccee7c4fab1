import { type MakeError, makeError } from '@isonoise/error';

/** Codes of this package; docs/errors.md is made of them. */
export const ERROR_CODES = {
  SAMPLER_REQUEST: {
    meaning: 'A request to draw has a value that is out of range, or values that contradict each other.',
    advice: 'Correct the field in the message.',
  },
  SAMPLER_OUTPUT: {
    meaning: 'The network returned another number of values than the images have.',
    advice: 'Check that the model fits its configuration; export it again.',
  },
  SAMPLER_NON_FINITE: {
    meaning: 'The network returned NaN or infinity.',
    advice: 'Lower guidance, draw in float32, or check the weights.',
  },
  SAMPLER_SAVED: {
    meaning: 'A saved sampling state is damaged, or not of this format.',
    advice: 'Use an undamaged copy, or draw from the beginning.',
  },
};

export type SamplerErrorCode = keyof typeof ERROR_CODES;

export const samplerError: MakeError<'SAMPLER', typeof ERROR_CODES> = makeError;
