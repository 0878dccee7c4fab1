import { type MakeError, makeError } from '@isonoise/error';

/** Codes of this package; docs/errors.md is generated from them. */
export const ERROR_CODES = {
  NETWORK_CONFIG: {
    meaning:
      'The configuration of a network has fields that are unknown, missing, out of range or contradictory.',
    advice: 'Correct the fields that the message names.',
  },
  NETWORK_INPUT: {
    meaning: 'A network was called with unsupported inputs, or without required ones.',
    advice: 'Pass labels or tags if and only if the network has them, and a mask of the expected size.',
  },
};

export type NetworkErrorCode = keyof typeof ERROR_CODES;

export const networkError: MakeError<'NETWORK', typeof ERROR_CODES> = makeError;
