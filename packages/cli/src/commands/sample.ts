import { SCALING_FITS } from '@isonoise/data';
import { DEFAULT_GUIDANCE_HELP, DEFAULT_SAMPLER_HELP, NEGATIVE_GUIDANCE } from '@isonoise/runtime';
import {
  DEFAULT_STRENGTH,
  describeDefaultSteps,
  describeProcesses,
  EDIT_LIMITS,
  samplerNames,
} from '@isonoise/sampler';
import { SIGMA_GRIDS, SPACINGS } from '@isonoise/schedule';
import { Command, Option } from 'commander';
import { backdrop } from '../sampling/backdrop-of.ts';
import { parseMargins } from '../sampling/canvas-of.ts';
import { parseSpacing } from '../sampling/parse-spacing.ts';
import { parseStrength } from '../sampling/parse-strength.ts';
import { SAMPLE_DEFAULTS, type SampleFlags } from '../sampling/sample-flags.ts';
import { addSettingOptions, guidanceOptions, optionTerm } from '../sampling/setting-options.ts';
import { guidance, nameList, nameLists, nonEmpty, seedDigits, whole } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { addCanvasOptions } from './canvas-options.ts';
import { addDistributedOptions, rangeSizeOption } from './distributed-options.ts';
import { addDrawingOptions } from './machine-options.ts';

const EXAMPLES = `
--class 3 is the class named 3 if there is one, else class number 3 (numbers start at 0). The output names the drawn class.
--class all draws every class in turn; use --class-index for a class that is named "all".
Guided images follow p(x)·p(class|x)^scale. Below scale 0, this is not always a distribution, so such scales are refused.
An image depends only on the model, the seed, the number of the image and the settings, not on other images of the command.

Examples:
  pnpm sample models/mnist --seed 7 --count 64
  pnpm sample models/mnist --class all --count 40 --out digits.png
  pnpm sample models/mnist --class all --guidance 4 --guidance-rescale 0.7 --guidance-low 0.2 --guidance-high 5
  pnpm sample models/mnist --guide models/earlier --guidance 2
  pnpm sample models/icons --tags "cat, heart" --without outline
  pnpm sample models/icons --tags "cat; sun; house, red"
  pnpm sample models/sprites --palette auto --symmetry mirror --out sprites/
  pnpm sample models/mnist --class all --out digits/ --atlas digits.png
  pnpm sample models/mnist --class 3 --count 1 --gif three.gif --npy three.npy
  pnpm sample models/mnist --sampler dpmpp-2m --sigmas karras --steps 10
  pnpm sample models/mnist --sampler ddim-inverse --from digit.png --class 3 --npy noise.npy
  pnpm sample models/mnist --sampler ddim --from noise.npy --class 3
  pnpm sample models/mnist --init digit.png --strength 0.5 --class 8 --count 8
  pnpm sample models/mnist --init digit.png --mask hole.png --resample 10
  pnpm sample models/icons --init cat.png --outpaint left=8,right=8 --tags cat
  pnpm sample models/icons --canvas 96x64 --tags star --count 4
  pnpm sample models/icons --tile --tags heart --out tile.png
  pnpm sample models/mnist --sampler ddpm --stop-after 500 --save-state half.json
  pnpm sample models/mnist --resume-state half.json
  pnpm sample models/mnist --like samples.png --out again.png
  pnpm sample models/mnist --count 2000 --distributed --redis redis://192.168.1.10:6379`;

/** Creates the verb `isonoise sample`. */
export function sampleCommand(): Command {
  const command = new Command('sample')
    .configureHelp({ optionTerm })
    .description('draw images with a model')
    .argument('<model>', 'folder of a model, its .zip, or an .onnx file that isonoise exported', nonEmpty)
    .optionsGroup('Images:')
    .option('--seed <n>', 'seed of the noise (default: 0)', seedDigits)
    .option(
      '--count <n>',
      'number of images (default: 16; 4 per class with --class all; the number of given images with --from or --init; one per class or list of tags if --init gives one picture)',
      whole(1),
    )
    .option('--class <which>', 'class by name or number, or all for every class in turn (default: none)')
    .addOption(
      new Option(
        '--class-index <n>',
        'class by its number, even if a different class has this number as its name',
      )
        .argParser(whole(0))
        .conflicts('class'),
    )
    .option(
      '--tags <list>',
      'tags of the images, separated by commas; semicolons separate the tags of successive images; ' +
        'all draws every tag in turn, the most common first (default: none)',
      nameLists,
    )
    .option(
      '--without <list>',
      'negative tags, separated by commas: guidance moves images away from these tags',
      nameList,
    )
    .addOption(
      new Option(
        '--sampler <name>',
        `sampler (default: ${DEFAULT_SAMPLER_HELP}; ${describeProcesses()})`,
      ).choices(samplerNames),
    )
    .option(
      '--from <file>',
      'start from these images instead of noise: pictures for inverse samplers, or a .npy file; may be repeated',
      (file: string, files: readonly string[] = []) => [...files, nonEmpty(file)],
    )
    .optionsGroup('Changing pictures:')
    .option(
      '--init <file>',
      'change this picture instead of drawing from noise; may be repeated; --count draws variations of a single picture',
      (file: string, files: readonly string[] = []) => [...files, nonEmpty(file)],
    )
    .option(
      '--strength <s>',
      `share of the steps to take, above 0 and at most 1: small values keep most of the picture (default: ${DEFAULT_STRENGTH}; with --mask, all steps, from noise)`,
      parseStrength,
    )
    .option(
      '--mask <file>',
      'redraw --init only where this picture is light and opaque; the rest is kept',
      (file: string, files: readonly string[] = []) => [...files, nonEmpty(file)],
    )
    .option(
      '--resample <n>',
      'repeat each step n times, so that the new parts fit the rest better (RePaint; default: 1)',
      whole(1, EDIT_LIMITS.resample),
    )
    .option('--jump <n>', 'steps that --resample repeats together (default: 1)', whole(1, EDIT_LIMITS.jump))
    .addOption(
      new Option(
        '--fit <how>',
        'how pictures are fitted to the size of the model or of --canvas: cover crops, contain adds bars, stretch distorts (default: cover)',
      ).choices(SCALING_FITS),
    )
    .option(
      '--outpaint <margins>',
      'continue the picture of --init beyond its borders by these pixels, such as left=8,right=8; negative numbers cut pixels off; --mask refers to the picture',
      parseMargins,
    );
  addCanvasOptions(command)
    .optionsGroup('Steps:')
    .option('--steps <n>', `reverse steps (default: ${describeDefaultSteps()})`, whole(1))
    .option(
      '--spacing <rule>',
      `placement of the steps: ${SPACINGS.join(', ')}, or times such as 900,450.5,0 (default: the model's)`,
      parseSpacing,
    )
    .addOption(
      new Option('--sigmas <grid>', 'place the steps by noise level; the same as --spacing <grid>')
        .choices(SIGMA_GRIDS)
        .conflicts('spacing'),
    )
    .optionsGroup('Guidance:')
    .option(
      '--guidance <scale>',
      `guidance scale, 0 to 100; 1 turns guidance off (default: ${DEFAULT_GUIDANCE_HELP}; ${NEGATIVE_GUIDANCE} with --without)`,
      guidance,
    )
    .option(
      '--guide <model>',
      'weaker model that is the guide, such as an earlier checkpoint (default: the model itself, without a class or tags)',
      nonEmpty,
    );
  for (const option of guidanceOptions()) command.addOption(option);
  command.optionsGroup('Settings of samplers:');
  addSettingOptions(command);
  addDistributedOptions(command).addOption(rangeSizeOption());
  command
    .optionsGroup('Files (an earlier output is replaced; other files only with --overwrite):')
    .option(
      '--out <file>',
      'sheet of the images as PNG; a name that ends with / is a folder for one PNG per image, named by number, seed and class',
      SAMPLE_DEFAULTS.out,
    )
    .option('--overwrite', 'replace existing files, whatever they contain')
    .option('--no-metadata', 'leave the request out of PNG files (default: PNG files contain the request)')
    .option(
      '--atlas <file>',
      'all images in one PNG without gaps, with their positions in a .json file beside it',
    )
    .option(
      '--columns <n>',
      'images per row (default: a square sheet; with --class all, one column per class)',
      whole(1),
    )
    .option('--scale <n>', 'magnification on the sheet (default: 2 for images under 64 pixels)', whole(1))
    .option(
      '--background <what>',
      'background of images with alpha: checkerboard, transparent or a colour (default: checkerboard; transparent for one image)',
      backdrop,
    )
    .option(
      '--palette <colours>',
      'use only these colours, without dithering: auto for the colours of the training images, or a file (.hex, .gpl, .pal)',
      nonEmpty,
    )
    .addOption(
      new Option('--symmetry <kind>', 'make the right half a mirror image of the left half').choices([
        'mirror',
      ]),
    )
    .option(
      '--gif <file>',
      'animation of the denoising: GIF, or APNG (with alpha) if the name ends with .png',
    )
    .option(
      '--npy <file>',
      'the images as float32 [count, channels, height, width] in [-1, 1], or the noise from an inverse sampler',
    )
    .option('--save-state <file>', 'save the state at the end, or when Ctrl-C or --stop-after stops the run')
    .option('--stop-after <n>', 'stop after n steps', whole(1))
    .option('--resume-state <file>', 'resume from a saved state, with the same result', nonEmpty)
    .option(
      '--like <file>',
      'repeat the request that this PNG contains; give the pictures of the request again with --init, --mask or --from',
      nonEmpty,
    );
  return addDrawingOptions(command, SAMPLE_DEFAULTS.batchSize)
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, flags: SampleFlags) => {
      const { sampleModel } = await import('../sampling/sample-model.ts');
      await sampleModel(model, flags, processTerminal(flags.quiet));
    });
}
