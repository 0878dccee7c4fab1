import { isStrength, STRENGTH_EXPECTED } from '@isonoise/sampler';
import { InvalidArgumentError } from 'commander';

/** Parses the value of `--strength`: a number above 0, at most 1. */
export function parseStrength(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (isStrength(value)) return value;
  throw new InvalidArgumentError(`Expected ${STRENGTH_EXPECTED}.`);
}
