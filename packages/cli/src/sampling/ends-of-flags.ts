import type { BetweenRequest, End } from '@isonoise/runtime';
import { CliError } from '../errors.ts';
import { dashed } from '../terminal/dashed.ts';
import { plural } from '../terminal/format.ts';
import { DEFAULT_BETWEEN, type InterpolateFlags } from './picture-flags.ts';

/**
 * Flags for interpolations between seeds, classes or lists of tags, which are not allowed between pictures.
 */
const END_FLAGS = ['seeds', 'classes', 'seed', 'guidance'] as const;

/** Whether the flags interpolate between seeds, classes or lists of tags. */
export function hasEnds(flags: InterpolateFlags, files: readonly string[]): boolean {
  return files.length === 0 || END_FLAGS.some((name) => flags[name] !== undefined);
}

/**
 * Returns the request of an interpolation between seeds, classes or lists of tags.
 *
 * @throws `CLI_USAGE` if pictures are given too, or if the flags do not give two ends
 */
export function endsOf(flags: InterpolateFlags, files: readonly string[]): BetweenRequest {
  const { seeds, classes, tags = [], class: chosen, seed = '0', sampler, steps, guidance, fit } = flags;
  if (files.length > 0) {
    const given = END_FLAGS.filter((name) => flags[name] !== undefined).map((name) => dashed(name));
    fail(
      `${given.join(', ')}: not possible between pictures; expected either pictures, or seeds, classes or tags. Leave out one of them.`,
    );
  }
  if (seeds === undefined && classes === undefined && tags.length < 2)
    fail(
      'interpolate: got nothing to interpolate between; expected two pictures, --seeds 3,7, --classes 3,8 or --tags "cat; sun". ' +
        'A semicolon separates both lists of tags.',
    );
  if (seeds !== undefined && flags.seed !== undefined)
    fail('--seed and --seeds: expected only one of them. Leave one out.');
  if (classes !== undefined && chosen !== undefined)
    fail('--class and --classes: expected only one of them. Leave one out.');
  if (fit !== undefined) fail('--fit: got no pictures; expected two. Pass them, or leave --fit out.');
  requireTwo('--seeds', seeds);
  requireTwo('--classes', classes);
  if (tags.length > 2) fail(`--tags: has ${tags.length} lists; expected two, separated by a semicolon.`);
  const end = (k: 0 | 1): End => {
    const own = classes?.[k] ?? chosen;
    const list = tags[k] ?? tags[0];
    return {
      seed: seeds?.[k] ?? seed,
      ...(own === undefined ? {} : { class: own }),
      ...(list === undefined ? {} : { tags: list }),
    };
  };
  const { count = DEFAULT_BETWEEN } = flags;
  return { from: end(0), to: end(1), count, sampler, steps, guidance };
}

function requireTwo(flag: string, list: readonly string[] | undefined): void {
  if (list !== undefined && list.length !== 2)
    fail(`${flag}: has ${plural(list.length, 'value')}; expected two, separated by a comma.`);
}

function fail(problem: string): never {
  throw new CliError('CLI_USAGE', problem);
}
