import { DATA_LIMITS } from '@isonoise/data';
import { Command, Option } from 'commander';
import type { ImportFlags } from '../importing/import-flags.ts';
import { imageSize, nonEmpty, whole } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { precisionOption } from './precision-option.ts';
import { refuseBoth } from './refuse-both.ts';

const EXAMPLES = `
A model is the folder of a diffusers pipeline (unet/, scheduler/), a folder with config.json and weights, or a weights file:
safetensors or a PyTorch checkpoint (.bin, .pt, .ckpt). Missing keys of the configuration get the defaults of diffusers. The
command does not execute anything in the files.

Before the folder appears, ONNX Runtime and tfjs run the network on the same random inputs. If the model has a file
recorded.safetensors, the output that Python recorded is compared too (docs/import.md).

Examples:
  pnpm import-model ddpm-cifar10-32 --out models/cifar10
  pnpm import-model model.safetensors --config config.json --out models/mine
  pnpm import-model training.ckpt --config config.json --weights ema --out models/mine
  pnpm sample models/cifar10 --count 16`;

/** Creates the verb `isonoise import-model`. */
export function importCommand(): Command {
  const command = new Command('import-model')
    .alias('import')
    .description('convert a diffusers model (Python) to an isonoise model')
    .argument('<model>', 'folder of the model, or its weights file', nonEmpty)
    .requiredOption('--out <dir>', 'folder of the imported model: models/<name>')
    .option('--config <file>', 'configuration of the network (default: that of the model)', nonEmpty)
    .option(
      '--scheduler <file>',
      'scheduler_config.json (default: that of the model, or DDPMScheduler)',
      nonEmpty,
    )
    .option(
      '--weights <name>',
      'set of weights, for a checkpoint with several sets (default: an average if there is one)',
      nonEmpty,
    )
    .option('--ignore-unused', 'leave out tensors that the network does not have (default: an error)')
    .option(
      '--size <pixels>',
      'size of the images, such as 64 or 64x48 (default: sample_size of the configuration)',
      imageSize(DATA_LIMITS.side),
    )
    .option('--class-names <file>', 'text file with one class name per line', nonEmpty)
    .option(
      '--null-class',
      'the last class means "no class" (default: only if --class-names has one name fewer than there are classes; never for OpenAI\'s formats)',
    )
    .option('--no-null-class', 'the last class is a class like the others')
    .option('--name <name>', 'name of the model (default: the name of its folder)', nonEmpty)
    .addOption(
      new Option('--reference <backend>', 'tfjs backend to compare with')
        .choices(['wasm', 'cpu', 'tensorflow'])
        .default('wasm'),
    )
    .addOption(precisionOption())
    .option('--samples <n>', 'number of images in samples.png', whole(1), 4)
    .option(
      '--sample-steps <n>',
      "steps of samples.png, which take most of the time (default: those of the model's sampler)",
      whole(1),
    )
    .option('--license <id>', 'licence in the card: apache-2.0, cc-by-4.0, … (default: none)', nonEmpty)
    .option(
      '--single-file <file>',
      'also write the model as one .onnx file: network, schedule, classes and golden record, without the safetensors',
      nonEmpty,
    )
    .option('--force', 'replace an existing model, and the model in the file of --single-file')
    .option('--quiet', 'print only the result')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, flags: ImportFlags) => {
      const { importModel } = await import('../importing/import-model.ts');
      await importModel(model, flags, processTerminal(flags.quiet));
    });
  return refuseBoth(command, 'null-class');
}
