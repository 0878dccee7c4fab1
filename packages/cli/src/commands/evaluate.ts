import { DEFAULT_SAMPLER_HELP } from '@isonoise/runtime';
import { describeDefaultSteps, samplerNames } from '@isonoise/sampler';
import { SPACINGS } from '@isonoise/schedule';
import { Command, Option } from 'commander';
import { BITS_DEFAULTS, BITS_METHODS, timestepCount } from '../evaluating/bits/bits-flags.ts';
import { EVALUATE_DEFAULTS, type EvaluateFlags, MIN_IMAGES } from '../evaluating/evaluate-flags.ts';
import { list, oneOf } from '../evaluating/lists.ts';
import { guidance, nameList, nonEmpty, seedDigits, whole } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { addDistributedOptions } from './distributed-options.ts';
import { addDrawingOptions } from './machine-options.ts';

const EXAMPLES = `
Draws images for every combination of --samplers, --steps, --spacing and --guidance, with the classes in turn or with the
tags of the training images. Compares their features with those of the training images: FID and KID (lower is better),
precision, recall, density, coverage, the share of images with the requested class, and whether the model copies training
images. The row "real" has the measures of test images: the best values to expect from a model. Values of FID are
comparable only for the same features and the same number of images.

Features are computed by models/<data set>-features, or for folders by models/picture-features. --features selects a different
ONNX file; its input must be images [batch, channels, height, width] in [-1, 1]. An output named logits gives the class.

--bits measures how well a model predicts held-out images, in bits per dimension (lower is better). It computes the variational
bound, with its terms by timestep, and the likelihood by the probability-flow ODE. It does not need features.

The features of drawn images are kept in --out. After Ctrl-C, the same command draws only the missing images.

Examples:
  pnpm evaluate models/mnist
  pnpm evaluate models/mnist --samplers ddim,unipc --steps 10,20,50 --guidance 1,1.5,2 --count 2000
  pnpm evaluate models/mine --dataset path/to/images --features my-network.onnx --output pool3
  pnpm evaluate models/mnist --count 10000 --json
  pnpm evaluate models/mnist --count 10000 --distributed
  pnpm evaluate models/mnist-int8 --against models/mnist --count 10000
  pnpm evaluate models/mnist --bits`;

/** Describes `--tags` of commands that measure. */
export const TAGS_HELP =
  'tags of all images, separated by commas (default: those of the training images, in random order)';

/** Creates the verb `isonoise evaluate`. */
export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description('measure how good and how original the images of a model are')
    .argument(
      '<model>',
      'folder of a model or of a run, a .zip, or an .onnx file that isonoise exported',
      nonEmpty,
    )
    .optionsGroup('Images:')
    .option(
      '--samplers <names>',
      `samplers, separated by commas (default: ${DEFAULT_SAMPLER_HELP})`,
      list(oneOf(samplerNames)),
    )
    .option('--steps <list>', `numbers of steps (default: ${describeDefaultSteps()})`, list(whole(1)))
    .option('--spacing <rules>', `placement of the steps (default: the model's)`, list(oneOf(SPACINGS)))
    .option(
      '--guidance <scales>',
      'guidance scales; 1 turns guidance off (default: 1, and the scale that the model recommends)',
      list(guidance),
    )
    .option(
      '--guide <model>',
      'weaker model that is the guide (default: the model itself, without a class)',
      nonEmpty,
    )
    .option('--tags <list>', TAGS_HELP, nameList)
    .option('--count <n>', 'images per combination', whole(MIN_IMAGES, 1_000_000), 2000)
    .option('--seed <n>', 'seed of the noise', seedDigits, '1')
    .optionsGroup('Comparison:')
    .option('--dataset <name>', 'known data set or folder of images (default: the training data)', nonEmpty)
    .option(
      '--features <file>',
      'network that computes the features (default: models/<data set>-features/model.onnx; for folders models/picture-features)',
      nonEmpty,
    )
    .option('--output <name>', 'name of the output with the features', nonEmpty, EVALUATE_DEFAULTS.output)
    .option(
      '--against <model>',
      'second model that draws from the same seeds; prints the ratio of the FIDs (of the KIDs for more than 512 features), with its upper 95 % bound',
      nonEmpty,
    )
    .optionsGroup('Bits per dimension:')
    .addOption(
      new Option('--bits', 'measure bits per dimension of held-out images instead of drawing').conflicts([
        'samplers',
        'steps',
        'spacing',
        'guidance',
        'guide',
        'tags',
        'count',
        'features',
        'output',
        'against',
        'distributed',
        'sameBits',
        'priority',
        'saveEvery',
      ]),
    )
    .addOption(
      bitsOption('--bits-methods <names>', 'bound, flow or both (default: those of the model)').argParser(
        list(oneOf(BITS_METHODS)),
      ),
    )
    .addOption(
      bitsOption('--bits-count <n>', 'number of images')
        .argParser(whole(2, 1_000_000))
        .default(BITS_DEFAULTS.bitsCount),
    )
    .addOption(
      bitsOption('--bits-steps <n>', 'timesteps of the bound per image, or all')
        .argParser(timestepCount)
        .default(BITS_DEFAULTS.bitsSteps),
    )
    .addOption(
      bitsOption('--flow-steps <n>', 'steps of the probability-flow ODE')
        .argParser(whole(1, 10_000))
        .default(BITS_DEFAULTS.flowSteps),
    );
  addDistributedOptions(command)
    .optionsGroup('Files:')
    .option(
      '--out <dir>',
      'folder for features and results; earlier results there are replaced (default: out/evaluate/<model>)',
      nonEmpty,
    )
    .option('--cache <dir>', 'folder for the features of data sets', nonEmpty, EVALUATE_DEFAULTS.cache)
    .option('--write', 'write the measures into the model card, and reseal the model');
  return addDrawingOptions(command, EVALUATE_DEFAULTS.batchSize)
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, flags: EvaluateFlags) => {
      if (flags.bits === true) {
        const { measureBits } = await import('../evaluating/bits/measure-bits.ts');
        await measureBits(model, flags, processTerminal(flags.quiet));
        return;
      }
      const { evaluateModel } = await import('../evaluating/evaluate-model.ts');
      await evaluateModel(model, flags, processTerminal(flags.quiet));
    });
}

/** Creates an option for bits per dimension, which implies `--bits`. */
function bitsOption(flags: string, description: string): Option {
  return new Option(flags, description).implies({ bits: true });
}
