import { SPACINGS, type SpacingChoice } from '@isonoise/schedule';
import { InvalidArgumentError } from 'commander';

/** Parses the value of `--spacing`: the name of a rule, or times separated by commas. */
export function parseSpacing(text: string): SpacingChoice {
  const rule = SPACINGS.find((name) => name === text);
  if (rule !== undefined) return rule;
  const times = text.split(',').map((part) => part.trim());
  if (times.every((part) => /^\d+(\.\d+)?$/.test(part))) return times.map(Number);
  throw new InvalidArgumentError(`Expected ${SPACINGS.join(', ')}, or times such as 900,450.5,0.`);
}
