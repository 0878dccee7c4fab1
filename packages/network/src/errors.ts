import { type MakeError, makeError } from '@isonoise/error';

/** Codes of this package; docs/errors.md is made of them. */
export const ERROR_CODES = {
  NETWORK_CONFIG: {
    meaning:
      'The configuration of a network has fields that are unknown, missing, out of range or contradictory.',
    advice: 'Correct the fields in the message.',
  },
  NETWORK_INPUT: {
    meaning: 'A network was called with inputs that it does not take, or without inputs that it needs.',
    advice: 'Pass class labels only to a network with classes, and a dropout mask of its size.',
  },
};

export type NetworkErrorCode = keyof typeof ERROR_CODES;

export const networkError: MakeError<'NETWORK', typeof ERROR_CODES> = makeError;
