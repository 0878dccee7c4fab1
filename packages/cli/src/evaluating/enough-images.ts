import type { Dataset } from '@isonoise/data';
import { CliError } from '../errors.ts';
import { plural } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { MIN_IMAGES } from './evaluate-flags.ts';

/** Properties of a data set that the checks need. */
type Counted = Pick<Dataset, 'name' | 'count'>;

/** Checks that a data set has enough training images. @throws `CLI_USAGE` if there are too few */
export function requireEnough({ name, count }: Counted): void {
  if (count >= MIN_IMAGES) return;
  throw new CliError(
    'CLI_USAGE',
    `measure images: ${name} has ${plural(count, 'training image')}; expected at least ${MIN_IMAGES}. Use a larger data set.`,
  );
}

/** Returns the held-out images. If there are too few for the measures, it warns and returns null. */
export function enoughHeldOut<S extends Counted>(set: S | null, terminal: Pick<Terminal, 'warn'>): S | null {
  if (set === null || set.count >= MIN_IMAGES) return set;
  terminal.warn(
    `${set.name} has ${plural(set.count, 'held-out image')}, but measures need at least ${MIN_IMAGES}; the row "real" and ` +
      'originality are left out',
  );
  return null;
}
