import { Command } from 'commander';
import type { RemoveFlags } from '../runs/remove-runs.ts';
import type { RunsFlags } from '../runs/show-runs.ts';
import { nonEmpty } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';

const EXAMPLES = `
Examples:
  pnpm runs
  pnpm runs --json
  pnpm runs rm sprites
  pnpm runs rm first second --yes`;

/** Creates the verb `isonoise runs`. */
export function runsCommand(): Command {
  return new Command('runs')
    .description('list the runs: state, steps, loss, time left, last samples; or remove some (runs rm)')
    .option('--runs <dir>', 'folder of the runs', nonEmpty, 'runs')
    .option('--json', 'print the list as JSON')
    .helpCommand(false)
    .enablePositionalOptions()
    .addCommand(removeCommand())
    .addHelpText('after', EXAMPLES)
    .action(async (flags: RunsFlags) => {
      const { showRuns } = await import('../runs/show-runs.ts');
      await showRuns(flags, processTerminal());
    });
}

function removeCommand(): Command {
  return new Command('rm')
    .description('remove runs after confirmation; files that training did not write are kept')
    .argument('<name...>', 'names of runs')
    .option('--runs <dir>', 'folder of the runs', nonEmpty, 'runs')
    .option('--yes', 'remove without confirmation')
    .option('--json', 'print the result as JSON')
    .action(async (names: readonly string[], flags: RemoveFlags) => {
      const { removeRuns } = await import('../runs/remove-runs.ts');
      await removeRuns(names, flags, processTerminal());
    });
}
