import { DEFAULT_SAMPLER_HELP } from '@isonoise/runtime';
import { describeDefaultSteps, samplerNames } from '@isonoise/sampler';
import { Command, Option } from 'commander';
import { EMA_DEFAULTS, type EmaFlags } from '../averaging/ema-flags.ts';
import { MIN_IMAGES } from '../evaluating/evaluate-flags.ts';
import { list } from '../evaluating/lists.ts';
import { guidance, nameList, nonEmpty, seedDigits, whole } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { averageLength, checkpointChoice } from './average-arguments.ts';
import { TAGS_HELP } from './evaluate.ts';
import { addDrawingOptions } from './machine-options.ts';

const EXAMPLES = `
A run that was trained with --ema power has two power-function averages of its weights (Karras et al. 2024, EDM2), and
snapshots of these averages. Averages of other lengths are computed from the snapshots. The profile of an average gives the
weight of each step. The length of an average is the standard deviation of its profile, divided by the number of steps. This command draws images
with each average, from the same noise, and measures FID. The best length is written to ema.json in the run, and export-onnx exports this average.

The profile error is the relative difference between the profile of the computed average and the exact profile of the same
length.
Features are computed as in pnpm evaluate. They are kept in --out, so the same command resumes after Ctrl-C.

Examples:
  pnpm train --dataset mnist --ema power
  pnpm ema runs/mnist
  pnpm ema runs/mnist --lengths 0.05,0.075,0.1,0.15 --count 2000
  pnpm ema runs/mine --features my-network.onnx --output pool3 --json`;

/** Creates the verb `isonoise ema`. */
export function emaCommand(): Command {
  const command = new Command('ema')
    .description('after training, find which weight average of a run has the lowest FID')
    .argument('<run>', 'run (runs/<name>) that was trained with --ema power', nonEmpty)
    .option(
      '--lengths <list>',
      'lengths to try, besides those of the run (default: 0.02 to 0.25)',
      list(averageLength),
    )
    .option('--checkpoint <which>', 'latest, best or a step of the run (default: latest)', checkpointChoice)
    .optionsGroup('Images:')
    .option('--count <n>', 'images per average', whole(MIN_IMAGES, 1_000_000), 1000)
    .addOption(
      new Option('--sampler <name>', `sampler (default: ${DEFAULT_SAMPLER_HELP})`).choices(samplerNames),
    )
    .option('--steps <n>', `number of steps (default: ${describeDefaultSteps()})`, whole(1))
    .option('--guidance <scale>', 'guidance scale; 1 turns guidance off', guidance, 1)
    .option('--tags <list>', TAGS_HELP, nameList)
    .option('--seed <n>', 'seed of the noise', seedDigits, '1')
    .optionsGroup('Comparison:')
    .option('--dataset <name>', 'data set or folder of images (default: that of the run)', nonEmpty)
    .option(
      '--features <file>',
      'ONNX network that computes the features (default: models/<data set>-features/model.onnx)',
      nonEmpty,
    )
    .option('--output <name>', 'name of the output with the features', nonEmpty, EMA_DEFAULTS.output)
    .optionsGroup('Files:')
    .option(
      '--out <dir>',
      'folder for features and results; earlier results there are replaced (default: out/ema/<run>)',
      nonEmpty,
    )
    .option('--cache <dir>', 'folder for the features of data sets', nonEmpty, EMA_DEFAULTS.cache);
  return addDrawingOptions(command, EMA_DEFAULTS.batchSize)
    .addHelpText('after', EXAMPLES)
    .action(async (run: string, flags: EmaFlags) => {
      const { emaRun } = await import('../averaging/ema-run.ts');
      await emaRun(run, flags, processTerminal(flags.quiet));
    });
}
