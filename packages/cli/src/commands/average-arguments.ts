import { isAverageLength, LENGTH_RANGE } from '@isonoise/train/presets';
import { InvalidArgumentError } from 'commander';
import type { CheckpointChoice } from '../exporting/pick-checkpoint.ts';

/** Parses `latest`, `best` or a step. @throws InvalidArgumentError if the text is none of these */
export function checkpointChoice(text: string): CheckpointChoice {
  if (text === 'latest' || text === 'best') return text;
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected latest, best or the number of a step.');
}

/** Parses the length (σ_rel) of an average. @throws InvalidArgumentError if it is not a number in the allowed range */
export function averageLength(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && isAverageLength(value)) return value;
  throw new InvalidArgumentError(`Expected a number from ${LENGTH_RANGE.least} to ${LENGTH_RANGE.most}.`);
}
