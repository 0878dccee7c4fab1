import { ICON_BACKGROUNDS, ICON_PACKAGES, ICON_SET_NAMES } from '@isonoise/data/published';
import { Command, Option } from 'commander';
import type { IconsFlags } from '../data/build-icons.ts';
import { DATA_FOLDER } from '../data/data-command.ts';
import { nonEmpty, webAddress, whole } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';

/** Maximum width and height of the images. A data set of such images still fits in memory. */
const MAX_SIZE = 256;

const NAME_WIDTH = Math.max(...ICON_SET_NAMES.map((name) => name.length));

const SETS = ICON_SET_NAMES.map((name) => {
  const { title, licence } = ICON_PACKAGES[name];
  return `  ${name.padEnd(NAME_WIDTH)}  ${title}; ${licence}`;
}).join('\n');

const EXAMPLES = `
Sets:
${SETS}

The package of each set is downloaded once from the registry in npm's configuration, and checked by SHA-256. A set can also be the
folder of an installed package @iconify-json/<name>. Check the licence of such a package, and whether its icons are trademarks.

The images are PNG files. metadata.jsonl has the group (the class), name, tags, licence and author of each image; README.md
has the licences. An icon with the same pixels as an earlier icon is left out.

Examples:
  pnpm data icons
  pnpm train --dataset data/icons
  pnpm data icons --size 16 --sets noto --out data/noto-16
  pnpm data icons --background transparent --out data/icons-rgba
  pnpm data icons --sets noto,./node_modules/@iconify-json/openmoji --out data/more-icons`;

/** Creates the verb `isonoise data icons`. */
export function dataIconsCommand(): Command {
  return new Command('icons')
    .description('draw a data set of freely licensed icons')
    .option('--size <pixels>', 'width and height of the images', whole(8, MAX_SIZE), 32)
    .addOption(
      new Option('--background <name>', 'background of the icons; transparent images have an alpha channel')
        .choices(ICON_BACKGROUNDS)
        .default('white'),
    )
    .option(
      '--sets <names>',
      'names or folders of sets, separated by commas',
      nonEmpty,
      ICON_SET_NAMES.join(','),
    )
    .option('--skin-tones', 'also draw the skin-tone variants of emoji')
    .option('--dir <dir>', 'folder of the data sets', nonEmpty, DATA_FOLDER)
    .option('--out <dir>', 'folder to create (default: icons in the folder of the data sets)', nonEmpty)
    .option('--base-url <url>', "npm registry (default: the one in npm's configuration)", webAddress)
    .option('--quiet', 'print only the result')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: IconsFlags) => {
      const { buildIcons } = await import('../data/build-icons.ts');
      await buildIcons(flags, processTerminal(flags.quiet));
    });
}
