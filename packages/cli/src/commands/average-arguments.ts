import { InvalidArgumentError } from 'commander';
import type { CheckpointChoice } from '../exporting/pick-checkpoint.ts';

/** Parses `latest`, `best` or a step. */
export function checkpointChoice(text: string): CheckpointChoice {
  if (text === 'latest' || text === 'best') return text;
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected latest, best or the number of a step.');
}

/** Parses the length of an average. Above 1/√12 = 0.2887, an average would give early steps more weight than late ones. */
export function averageLength(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0.001 && value <= 0.288) return value;
  throw new InvalidArgumentError('Expected a number from 0.001 to 0.288.');
}
