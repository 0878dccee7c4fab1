import { DATA_LIMITS, FITS, KERNELS } from '@isonoise/data';
import { DATASET_NAMES, MIN_TAG_COUNT } from '@isonoise/data/published';
import { NODE_PROVIDER_NAMES } from '@isonoise/runtime/provider-names';
import { MAX_THREADS } from '@isonoise/runtime/threads';
import { PREDICTION_TYPES, SCHEDULE_KINDS } from '@isonoise/schedule';
import {
  BEST_BY,
  DEFAULT_PROBABILITY,
  EMA_KINDS,
  LEARNING_RATE_KINDS,
  OPTIMIZER_KINDS,
  PRESET_NAMES,
  PRESETS,
  TRANSFORM_NAMES,
} from '@isonoise/train/presets';
import { Command, Option } from 'commander';
import { DEFAULT_PRESET } from '../default-preset.ts';
import { list, oneOf } from '../evaluating/lists.ts';
import {
  cellSize,
  guidance,
  imageSize,
  kindWith,
  nonEmpty,
  positiveOrNone,
  real,
  whole,
  wholeList,
} from '../terminal/arguments.ts';
import { colour } from '../terminal/colour.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { ALPHA_CHOICES } from '../training/alpha-choice.ts';
import type { TrainFlags } from '../training/train-flags.ts';

const EXAMPLES = `
Presets:
${PRESET_NAMES.map((name) => `  ${name.padEnd(8)} ${PRESETS[name].description}${name === DEFAULT_PRESET ? ' (default)' : ''}`).join('\n')}

Flags override the --config file, which overrides the preset. Every choice is printed. Ctrl-C saves a checkpoint.

Examples:
  pnpm train --dataset mnist --preset quick
  pnpm train --dataset fashion-mnist --steps 200 --name clothes
  pnpm train --name clothes --resume
  pnpm train --dataset fashion-mnist --minutes 20 --name twenty
  pnpm train --dataset ./photos --size 32 --flip --channels 32,64,64
  pnpm train --dataset ./banners --size 64x32 --fit contain
  pnpm train --dataset sprites.png --atlas 16x16
  pnpm train --from models/mnist --dataset ./letters --size 28 --grayscale --preset quick`;

/** Maximum of `--minutes`: one year. */
const MAX_MINUTES = 365 * 24 * 60;

/** Creates the verb `isonoise train`. */
export function trainCommand(): Command {
  return new Command('train')
    .description('train a model on a data set; writes runs/<name>')
    .optionsGroup('Data:')
    .option(
      '--dataset <name>',
      `${DATASET_NAMES.join(', ')}, a folder of images, or (with --atlas or --fit tile) a picture (default: mnist)`,
      nonEmpty,
    )
    .option('--data-dir <dir>', 'folder with the files of a known set', nonEmpty)
    .option(
      '--size <pixels>',
      'folders: size of the training images, such as 32 (a square) or 64x32',
      imageSize(DATA_LIMITS.side),
    )
    .addOption(
      new Option(
        '--fit <how>',
        'folders: how images are fitted to --size: cover crops, contain adds bars, stretch distorts, tile cuts without scaling, seamless cuts parts that repeat (default: cover)',
      ).choices(FITS),
    )
    .addOption(
      new Option(
        '--kernel <name>',
        'folders: how images are scaled (default: nearest for pixel art, otherwise lanczos)',
      ).choices(KERNELS),
    )
    .option(
      '--atlas <cell>',
      'cut each picture into cells of this size, such as 16x16; empty cells are left out',
      cellSize(DATA_LIMITS.side),
    )
    .option('--atlas-margin <pixels>', 'pixels around the cells (default: 0)', whole(0, DATA_LIMITS.side))
    .option('--atlas-spacing <pixels>', 'pixels between the cells (default: 0)', whole(0, DATA_LIMITS.side))
    .option('--grayscale', 'folders: one grey channel instead of three colours')
    .addOption(
      new Option(
        '--alpha <choice>',
        'folders: whether to learn transparency; auto means on if an image has transparent parts (default: auto)',
      ).choices(ALPHA_CHOICES),
    )
    .option(
      '--background <colour>',
      'folders: colour behind transparent parts; transparency is then not learned',
      colour,
    )
    .option('--pad <pixels>', 'pad each image with black to a square of this size', whole(1))
    .option('--limit <n>', 'use only n images, from every class in turn', whole(1))
    .option('--skip-bad', 'folders: leave out unusable images instead of stopping')
    .option(
      '--holdout <share>',
      'folders: share of images held out for evaluation; 0 for none (default: 0.1 for at least 200 images without a test folder)',
      real(0, 0.9),
    )
    .addOption(
      new Option('--unconditional', 'ignore the classes and tags of the data set').conflicts('resume'),
    )
    .option('--tags-from-names', 'folders: use the words of file names as tags')
    .option('--ignore-tags', 'folders: ignore tags and text of metadata.jsonl')
    .option(
      '--min-tag-count <n>',
      `folders: leave out tags that fewer than n images have (default: ${MIN_TAG_COUNT})`,
      whole(1),
    )
    .optionsGroup('Run:')
    .option('--name <name>', 'name of the run (default: the name of the data set)')
    .option('--runs <dir>', 'folder of the runs', 'runs')
    .option('--resume', 'resume from the last checkpoint, with the configuration of the run')
    .addOption(
      new Option('--overwrite', 'remove an existing run with this name and start again').conflicts('resume'),
    )
    .option('--sample-every <n>', 'steps between sample sheets; 0 for none', whole(0))
    .option('--sample-count <n>', 'images on a sheet', whole(1))
    .option('--sample-steps <n>', 'steps to draw a sheet', whole(1))
    .option(
      '--sample-guidance <scale>',
      'guidance scale of a sheet, 0 to 100; 1 turns guidance off',
      guidance,
    )
    .option(
      '--evaluate-every <n>',
      'steps between measurements of FID with the averaged weights; 0 for none (default: 0)',
      whole(0),
    )
    .option('--evaluate-count <n>', 'images per measurement (default: 300)', whole(2))
    .option(
      '--features <file>',
      'network that computes the features (default: models/picture-features; for 28x28 grey images models/mnist-features)',
      nonEmpty,
    )
    .option('--features-output <name>', 'name of the output with the features (default: features)', nonEmpty)
    .addOption(
      new Option('--best <what>', 'measure that decides which checkpoint is best (default: loss)').choices(
        BEST_BY,
      ),
    )
    .option('--checkpoint-every <n>', 'steps between checkpoints', whole(1))
    .option('--keep-checkpoints <n>', 'keep the last n checkpoints and the best one', whole(1))
    .optionsGroup('Recipe:')
    .addOption(
      new Option('--preset <name>', `named recipe (default: ${DEFAULT_PRESET})`)
        .choices(PRESET_NAMES)
        .conflicts('resume'),
    )
    .addOption(
      new Option(
        '--from <model>',
        'start from the weights, network and noise schedule of a model or run; classes, channels and size come from the images',
      )
        .argParser(nonEmpty)
        .conflicts('resume'),
    )
    .option('--config <file>', 'JSON file with fields of the training configuration', nonEmpty)
    .option('--steps <n>', 'optimizer steps of the whole run', whole(1))
    .addOption(
      new Option(
        '--minutes <n>',
        'train for this time (the sum over all sessions) instead of a number of steps; the learning rate schedule adapts',
      )
        .argParser(real(0.01, MAX_MINUTES))
        .conflicts('steps'),
    )
    .option('--batch-size <n>', 'images per step', whole(1))
    .option('--seed <n>', 'seed of weights, noise and image order', whole(0))
    .option('--learning-rate <rate>', 'peak learning rate', real(0))
    .addOption(
      new Option('--lr-schedule <kind>', 'learning rate after warmup').choices([...LEARNING_RATE_KINDS]),
    )
    .option('--warmup <steps>', 'steps over which the rate rises', whole(0))
    .addOption(
      new Option('--optimizer <kind>', 'optimizer; the learning rates of presets are adapted to it').choices(
        OPTIMIZER_KINDS,
      ),
    )
    .option('--weight-decay <rate>', 'weight decay', real(0))
    .option('--clip-norm <norm>', 'maximum norm of the gradient, or none', positiveOrNone)
    .addOption(
      new Option(
        '--ema <kind>',
        'weight average for samples and exports; power lets pnpm ema choose the length after training',
      ).choices(EMA_KINDS),
    )
    .option('--ema-decay <decay>', 'decay of an exponential average', real(0, 1))
    .option(
      '--label-dropout <p>',
      'probability that an image is trained without its class or tags',
      real(0, 1),
    )
    .option('--tag-dropout <p>', 'probability that a single tag of an image is left out', real(0, 1))
    .option('--flip', 'mirror half of the images, at random')
    .option(
      '--augment <p>',
      `transform training images at random, each transform with this probability, without drawing transformed images; 0 for none (with --augment-with: ${DEFAULT_PROBABILITY})`,
      real(0, 1),
    )
    .option(
      '--augment-with <list>',
      `transforms of --augment: ${TRANSFORM_NAMES.join(', ')} (default: all)`,
      list(oneOf(TRANSFORM_NAMES)),
    )
    .optionsGroup('Network and objective:')
    .option('--channels <list>', 'channels of each level, finest first: 32,64,64', wholeList)
    .option('--layers <n>', 'residual blocks per level', whole(1))
    .option('--no-attention', 'network without self-attention')
    .option(
      '--patch <pixels>',
      'let the network operate on square patches of this width, which makes steps faster; 1 for single pixels',
      whole(1, 16),
    )
    .addOption(
      new Option(
        '--tileable',
        'draw images that repeat without a seam: convolutions continue at the opposite edge',
      ).conflicts('patch'),
    )
    .option('--dropout <p>', 'dropout in residual blocks', real(0, 1))
    .addOption(new Option('--prediction <what>', 'what the network predicts').choices(PREDICTION_TYPES))
    .option(
      '--weighting <kind>',
      'loss weighting: simple, min-snr[:gamma], p2[:gamma[:k]], edm[:sigmaData]',
      kindWith({ simple: [], 'min-snr': ['gamma'], p2: ['gamma', 'k'], edm: ['sigmaData'] }),
    )
    .option('--loss <kind>', 'loss of a pixel: mse, huber[:c]', kindWith({ mse: [], huber: ['c'] }))
    .option(
      '--timesteps <density>',
      'density of the timesteps: uniform, logit-normal[:mean[:deviation]], log-normal[:mean[:deviation]]',
      kindWith({
        uniform: [],
        'logit-normal': ['mean', 'deviation'],
        'log-normal': ['mean', 'deviation'],
      }),
    )
    .option('--stratified', 'spread the timesteps of a batch evenly over their density')
    .option(
      '--noise-candidates <k>',
      'number of noises drawn per image; training uses the noise nearest to the image',
      whole(1),
    )
    .addOption(
      // Only a --config file can give the list of betas that a trained schedule needs.
      new Option('--schedule <kind>', 'noise schedule').choices(
        SCHEDULE_KINDS.filter((kind) => kind !== 'trained'),
      ),
    )
    .option(
      '--zero-snr',
      'rescale the noise schedule so that it ends in pure noise (with --prediction v_prediction)',
    )
    .optionsGroup('Machine:')
    .option('--engine <name>', 'onnxruntime, tfjs-node or tfjs:cpu (default: onnxruntime)')
    .addOption(
      new Option('--provider <name>', 'execution provider of onnxruntime (default: cpu)').choices([
        ...NODE_PROVIDER_NAMES,
      ]),
    )
    .option('--threads <n>', 'threads of onnxruntime (default: one per core)', whole(1, MAX_THREADS))
    .optionsGroup('Output:')
    .option('--quiet', 'print only warnings and errors')
    .option('--json', 'print each event as a line of JSON on standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: TrainFlags) => {
      const { runTraining } = await import('../training/run-training.ts');
      await runTraining(flags, processTerminal(flags.quiet));
    });
}
