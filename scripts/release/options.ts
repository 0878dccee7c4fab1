import { parseFlags } from '../parse-flags.ts';
import { scriptError } from '../script-error.ts';

export interface ReleaseOptions<Name extends string> {
  readonly help: boolean;
  /**
   * `check` publishes nothing; `rehearse` publishes to a registry on this machine; `version` creates the next version.
   */
  readonly action: 'publish' | 'check' | 'rehearse' | 'version';
  /** Consumers that draw with the tarballs. */
  readonly consumers: readonly Name[];
  /** Whether to keep the tarballs. */
  readonly keep: boolean;
}

/**
 * Reads the command line.
 *
 * @param known names of consumers
 * @throws `RELEASE_USAGE` if the command line is not valid
 */
export function parseOptions<Name extends string>(
  args: readonly string[],
  known: readonly Name[],
): ReleaseOptions<Name> {
  const { values, positionals } = parseFlags(args, FLAGS, (reason, cause) =>
    scriptError('RELEASE_USAGE', `release: ${reason}`, { cause }),
  );
  const { 'dry-run': dryRun = false, rehearse = false, consumers, keep = false, help = false } = values;
  const [word, ...more] = positionals;
  if (more.length > 0 || (word !== undefined && word !== 'version')) {
    throw scriptError(
      'RELEASE_USAGE',
      `release: got ${positionals.join(' ')}; expected only flags, or version.`,
    );
  }
  if (word === 'version' && !help && Object.keys(values).length > 0) {
    throw scriptError(
      'RELEASE_USAGE',
      `release: got version with --${Object.keys(values).join(', --')}; expected version alone, because it publishes nothing.`,
    );
  }
  const chosen = consumers?.split(',').map((name) => name.trim());
  const unknown = chosen?.filter((name) => !known.some((each) => each === name)) ?? [];
  if (unknown.length > 0) {
    throw scriptError(
      'RELEASE_USAGE',
      `release: --consumers has ${unknown.join(', ') || 'no name'}; expected names among ${known.join(', ')}.`,
    );
  }
  const action = word ?? (rehearse ? 'rehearse' : dryRun ? 'check' : 'publish');
  if (action === 'publish' && chosen !== undefined) {
    throw scriptError(
      'RELEASE_USAGE',
      'release: got --consumers for publishing, which tries all consumers; expected no names. Leave out --consumers, or add --dry-run.',
    );
  }
  return {
    help,
    action,
    consumers: known.filter((name) => chosen === undefined || chosen.includes(name)),
    keep,
  };
}

const FLAGS = {
  'dry-run': { type: 'boolean' },
  rehearse: { type: 'boolean' },
  consumers: { type: 'string' },
  keep: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;
