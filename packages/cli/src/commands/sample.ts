import { DEFAULT_SAMPLER, samplerNames } from '@isonoise/sampler';
import { Command, Option } from 'commander';
import type { SampleFlags } from '../sampling/sample-flags.ts';
import { guidance, nonEmpty, real, seedDigits, whole } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { providerOption, threadsOption } from './machine-options.ts';

const EXAMPLES = `
--class 3 is the class named 3 where there is one, else class number 3, counted from 0; the output says which. --class all
is every class in turn; a class of that name is given by its number, --class-index.
Guidance samples p(x)·p(class|x)^scale: a scale below 0 would not be a distribution and is refused.
The same model, seed, number of an image and settings give the same image, whatever else is drawn with it.

Examples:
  pnpm sample models/mnist --seed 7 --count 64
  pnpm sample models/mnist --class all --count 40 --guidance 2 --out digits.png
  pnpm sample models/mnist --class 3 --count 1 --gif three.gif --npy three.npy
  pnpm sample models/mnist --sampler ddpm --stop-after 500 --save-state half.json
  pnpm sample models/mnist --resume-state half.json`;

/** `isonoise sample`. */
export function sampleCommand(): Command {
  return new Command('sample')
    .description('draw images with a model')
    .argument('<model>', 'folder of a model, its .zip, or an .onnx file that isonoise exported', nonEmpty)
    .optionsGroup('Images:')
    .option('--seed <n>', 'decides the images (default: 0)', seedDigits)
    .option('--count <n>', 'how many images (default: 16; 4 of each with --class all)', whole(1))
    .option('--class <which>', 'a name, else a number, or all: classes in turn (default: none)')
    .addOption(
      new Option('--class-index <n>', 'a class by its number, whatever the names are')
        .argParser(whole(0))
        .conflicts('class'),
    )
    .option('--guidance <scale>', 'strength of the class, 0 to 100; 1 is none (default: 1)', guidance)
    .addOption(new Option('--sampler <name>', `sampler (default: ${DEFAULT_SAMPLER})`).choices(samplerNames))
    .option('--steps <n>', 'reverse steps (default: ddim 50, ddpm all)', whole(1))
    .addOption(
      new Option('--spacing <rule>', 'which timesteps (default: of the model)').choices([
        'leading',
        'linspace',
        'trailing',
      ]),
    )
    .option('--eta <eta>', 'noise of ddim, from 0 to 1 (default: 0)', real(0, 1))
    .addOption(
      new Option('--variance <kind>', 'of ddpm (default: of the model)').choices([
        'fixedSmall',
        'fixedLarge',
      ]),
    )
    .optionsGroup('Files:')
    .option('--out <file>', 'sheet of the images, PNG', 'samples.png')
    .option(
      '--columns <n>',
      'images in a row (default: a square sheet; with --class all a class a column)',
      whole(1),
    )
    .option('--scale <n>', 'size of a pixel (default: 2 for images under 64 pixels)', whole(1))
    .option('--gif <file>', 'the denoising as an animation')
    .option('--npy <file>', 'the images as float32 [count, channels, height, width] in [-1, 1]')
    .option('--save-state <file>', 'the state at the end, or where Ctrl-C or --stop-after stops')
    .option('--stop-after <n>', 'stop after n steps', whole(1))
    .option('--resume-state <file>', 'go on from a saved state, with an equal result')
    .optionsGroup('Machine:')
    .addOption(providerOption())
    .addOption(threadsOption())
    .option('--batch-size <n>', 'most images at once; changes no image', whole(1), 64)
    .optionsGroup('Output:')
    .option('--quiet', 'only the result')
    .option('--json', 'the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, flags: SampleFlags) => {
      const { sampleModel } = await import('../sampling/sample-model.ts');
      await sampleModel(model, flags, processTerminal(flags.quiet));
    });
}
