import { SCALING_FITS } from '@isonoise/data';
import { samplerNames, samplers } from '@isonoise/sampler';
import { Command, Option } from 'commander';
import type { InterpolateFlags, PictureFlags } from '../sampling/picture-flags.ts';
import { nameList, nonEmpty, whole } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { addDrawingOptions } from './machine-options.ts';

const inverses = samplerNames.filter((name) => samplers[name].inverts !== undefined);
const BATCH = 64;

/** Creates the verb `isonoise invert`. */
export function invertCommand(): Command {
  const command = new Command('invert')
    .description('find the noise from which a model draws given pictures, and measure the error')
    .argument('<model>', 'folder of a model, its .zip, or an .onnx file that isonoise exported', nonEmpty)
    .argument('<pictures...>', 'pictures, or .npy files of images');
  return addDrawingOptions(addPictureOptions(command, 'noise as .npy', 'noise.npy'), BATCH)
    .addHelpText('after', '\nExample:\n  pnpm invert models/mnist digit.png --class 3 --out noise.npy')
    .action(async (model: string, pictures: readonly string[], flags: PictureFlags) => {
      const { invertPictures } = await import('../sampling/invert-pictures.ts');
      await invertPictures(model, pictures, flags, processTerminal(flags.quiet));
    });
}

/** Creates the verb `isonoise interpolate`. */
export function interpolateCommand(): Command {
  const command = new Command('interpolate')
    .description(
      'draw images between two pictures: invert both to noise, interpolate the noise, and draw from it',
    )
    .argument('<model>', 'folder of a model, its .zip, or an .onnx file that isonoise exported', nonEmpty)
    .argument('<pictures...>', 'two pictures, or a .npy file of two images')
    .option('--count <n>', 'number of images, including the two pictures', whole(2, 1000), 8)
    .option(
      '--gif <file>',
      'animation from the first picture to the second and back: GIF, or APNG if the name ends with .png',
    );
  return addDrawingOptions(
    addPictureOptions(command, 'sheet of the images as PNG', 'interpolation.png'),
    BATCH,
  )
    .addHelpText(
      'after',
      '\nExample:\n  pnpm interpolate models/mnist three.png eight.png --count 8 --gif between.gif',
    )
    .action(async (model: string, pictures: readonly string[], flags: InterpolateFlags) => {
      const { interpolatePictures } = await import('../sampling/invert-pictures.ts');
      await interpolatePictures(model, pictures, flags, processTerminal(flags.quiet));
    });
}

/** Adds the options that both verbs share. */
function addPictureOptions(command: Command, what: string, out: string): Command {
  return command
    .option('--class <which>', 'class of the pictures by name or number (default: none)', nonEmpty)
    .option('--tags <list>', 'tags of the pictures, separated by commas (default: none)', nameList)
    .addOption(
      new Option('--sampler <name>', 'inverse sampler').choices(inverses).default('dpmpp-2m-inverse'),
    )
    .option('--steps <n>', 'steps in each direction; more steps give a smaller error', whole(1), 50)
    .addOption(
      new Option(
        '--fit <how>',
        'how pictures are fitted to the size of the model: cover crops, contain adds bars, stretch distorts (default: cover)',
      ).choices(SCALING_FITS),
    )
    .option('--out <file>', what, out);
}
