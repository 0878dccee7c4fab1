import { Command } from 'commander';
import type { DataFlags } from '../data/fetch-data.ts';
import { nonEmpty, webAddress } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';

const EXAMPLES = `
A download that was interrupted goes on where it stopped; every file is checked by SHA-256.

Examples:
  pnpm data list
  pnpm data cifar10
  pnpm data mnist --base-url http://mirror.example/mnist/`;

/** `isonoise data`. */
export function dataCommand(): Command {
  return new Command('data')
    .description('download a data set, or list those there are')
    .argument('<name>', 'mnist, fashion-mnist or cifar10; or list')
    .option('--dir <dir>', 'where data sets are kept', nonEmpty, 'data')
    .option('--base-url <url>', 'another address that has the same files', webAddress)
    .option('--quiet', 'only the result')
    .option('--json', 'the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, flags: DataFlags) => {
      const { fetchData, listData } = await import('../data/fetch-data.ts');
      const terminal = processTerminal(flags.quiet);
      await (name === 'list' ? listData(flags, terminal) : fetchData(name, flags, terminal));
    });
}
