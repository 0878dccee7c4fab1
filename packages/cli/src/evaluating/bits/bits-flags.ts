import { InvalidArgumentError } from 'commander';

/** The two methods to measure bits per dimension: the variational bound and the probability-flow ODE. */
export const BITS_METHODS = ['bound', 'flow'] as const;

export type BitsMethod = (typeof BITS_METHODS)[number];

/** Options of `evaluate` for bits per dimension. */
export interface BitsFlags {
  readonly bits?: boolean;
  readonly bitsMethods?: readonly BitsMethod[];
  readonly bitsCount: number;
  readonly bitsSteps: number | 'all';
  readonly flowSteps: number;
}

/** Default numbers. With these, the measurement of models/mnist takes a few minutes on two cores. */
export const BITS_DEFAULTS = { bitsCount: 250, bitsSteps: 50, flowSteps: 25 } as const;

/** Parses a number of timesteps, at least 2, or `all`. @throws InvalidArgumentError if the text is different */
export function timestepCount(text: string): number | 'all' {
  if (text === 'all') return text;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 2) return value;
  throw new InvalidArgumentError('Expected a whole number, at least 2, or all.');
}
