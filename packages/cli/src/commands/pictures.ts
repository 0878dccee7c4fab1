import { SCALING_FITS } from '@isonoise/data';
import { DEFAULT_GUIDANCE_HELP } from '@isonoise/runtime';
import { samplerNames, samplers } from '@isonoise/sampler';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  DEFAULT_BETWEEN,
  type InterpolateFlags,
  PICTURE_DEFAULTS,
  type PictureFlags,
} from '../sampling/picture-flags.ts';
import { guidance, nameList, nameLists, nonEmpty, seedDigits, whole } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { addCanvasOptions } from './canvas-options.ts';
import { addDrawingOptions } from './machine-options.ts';

const inverses = samplerNames.filter((name) => samplers[name].inverts !== undefined);
const BATCH = 64;

const INVERT_EXAMPLES = `
Examples:
  pnpm invert models/mnist digit.png --class 3 --out noise.npy
  pnpm invert models/mnist digit.png --steps 500 --save-state half.json
  pnpm invert models/mnist --resume-state half.json`;

const INTERPOLATE_EXAMPLES = `
The images at the ends are those of "pnpm sample" with the same settings: image 0 of each seed, class or list of tags.
Between seeds, the noise is interpolated, with a sampler that adds no noise in its steps. Between classes or tags, the
outputs of the network are mixed.

Examples:
  pnpm interpolate models/mnist three.png eight.png --count 8 --gif between.gif
  pnpm interpolate models/mnist --seeds 3,7 --class 3 --gif seeds.gif
  pnpm interpolate models/mnist --classes 3,8 --seed 5
  pnpm interpolate models/icons --tags "cat; sun" --seeds 3,7
  pnpm interpolate models/icons --tags "cat; sun" --canvas 64x32 --npy between.npy`;

/** Creates the verb `isonoise invert`. */
export function invertCommand(): Command {
  const command = new Command('invert')
    .description('find the noise from which a model draws given pictures, and measure the error')
    .argument('<model>', 'folder of a model, its .zip, or an .onnx file that isonoise exported', nonEmpty)
    .argument('[pictures...]', 'pictures, or .npy files of images')
    .option('--class <which>', 'class of the pictures by name or number (default: none)', nonEmpty)
    .option('--tags <list>', 'tags of the pictures, separated by commas (default: none)', (text: string) => [
      nameList(text),
    ])
    .addOption(
      new Option('--sampler <name>', `inverse sampler (default: ${PICTURE_DEFAULTS.sampler})`).choices(
        inverses,
      ),
    )
    .option(
      '--steps <n>',
      `steps in each direction; more steps give a smaller error (default: ${PICTURE_DEFAULTS.steps})`,
      whole(1),
    );
  return addDrawingOptions(addSharedOptions(command, 'noise as .npy', 'noise.npy'), BATCH)
    .addHelpText('after', INVERT_EXAMPLES)
    .action(async (model: string, pictures: readonly string[], flags: PictureFlags) => {
      const { invertPictures } = await import('../sampling/invert-pictures.ts');
      await invertPictures(model, pictures, flags, processTerminal(flags.quiet));
    });
}

/** Creates the verb `isonoise interpolate`. */
export function interpolateCommand(): Command {
  const command = new Command('interpolate')
    .description('draw images between two pictures, two seeds, two classes or two lists of tags')
    .argument('<model>', 'folder of a model, its .zip, or an .onnx file that isonoise exported', nonEmpty)
    .argument('[pictures...]', 'two pictures, or a .npy file of two images')
    .option('--seeds <list>', 'both seeds, separated by a comma', seedPair)
    .option('--classes <list>', 'both classes by name or number, separated by a comma', nameList)
    .option(
      '--tags <list>',
      'tags of the images, separated by commas; a semicolon separates those of the first image from those of the last (default: none)',
      nameLists,
    )
    .option('--seed <n>', 'seed of all images (default: 0)', seedDigits)
    .option('--class <which>', 'class of the pictures or of all images (default: none)', nonEmpty)
    .option(
      '--count <n>',
      `number of images, including both ends (default: ${DEFAULT_BETWEEN})`,
      whole(2, 1000),
    )
    .addOption(
      new Option(
        '--sampler <name>',
        `sampler; between pictures, one that inverts (default: ${PICTURE_DEFAULTS.sampler} between pictures; otherwise the model's, or one that adds no noise between seeds)`,
      ).choices(samplerNames),
    )
    .option(
      '--steps <n>',
      `steps of each run (default: ${PICTURE_DEFAULTS.steps} between pictures; otherwise those of the sampler)`,
      whole(1),
    )
    .option(
      '--guidance <scale>',
      `guidance scale, not allowed between pictures (default: ${DEFAULT_GUIDANCE_HELP})`,
      guidance,
    );
  addSharedOptions(command, 'sheet of the images as PNG', 'interpolation.png')
    .option('--npy <file>', 'the images as float32 [count, channels, height, width] in [-1, 1]')
    .option(
      '--gif <file>',
      'animation from the first image to the last and back: GIF, or APNG if the name ends with .png',
    )
    .option('--no-metadata', 'leave the request out of the sheet (default: the sheet contains the request)');
  return addDrawingOptions(command, BATCH)
    .addHelpText('after', INTERPOLATE_EXAMPLES)
    .action(async (model: string, pictures: readonly string[], flags: InterpolateFlags) => {
      const { interpolateImages } = await import('../sampling/interpolate-images.ts');
      await interpolateImages(model, pictures, flags, processTerminal(flags.quiet));
    });
}

/** Parses two seeds. */
function seedPair(text: string): readonly string[] {
  const seeds = text.split(',').map((part) => seedDigits(part.trim()));
  if (seeds.length === 2) return seeds;
  throw new InvalidArgumentError('Expected two seeds, separated by a comma, like 3,7.');
}

/** Adds the options that both verbs share. */
function addSharedOptions(command: Command, what: string, out: string): Command {
  command.addOption(
    new Option(
      '--fit <how>',
      'how pictures are fitted to the size of the model or canvas: cover crops, contain adds bars, stretch distorts (default: cover)',
    ).choices(SCALING_FITS),
  );
  return addCanvasOptions(command)
    .optionsGroup('Files (an earlier output is replaced; other files only with --overwrite):')
    .option('--out <file>', what, out)
    .option('--overwrite', 'replace existing files, whatever they contain')
    .option('--save-state <file>', 'save the state when Ctrl-C or --stop-after stops the command')
    .option('--stop-after <n>', 'stop after n steps, counted over all runs', whole(1))
    .option('--resume-state <file>', 'resume from a saved state, with the same result', nonEmpty);
}
