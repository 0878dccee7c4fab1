import type { Command } from 'commander';
import { CliError } from '../errors.ts';

/**
 * Makes a command refuse `--<name>` together with `--no-<name>`. Without this, commander uses the last
 * of the two.
 *
 * @returns the same command; it throws `CLI_USAGE` while it parses options, if both are given
 */
export function refuseBoth(command: Command, name: string): Command {
  const given = new Set<string>();
  for (const flag of [name, `no-${name}`])
    command.on(`option:${flag}`, () => {
      given.add(flag);
      if (given.size === 2)
        throw new CliError(
          'CLI_USAGE',
          `--${name} and --no-${name}: expected only one of them. Leave one out.`,
        );
    });
  return command;
}
