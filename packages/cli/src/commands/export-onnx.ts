import { DATA_LIMITS } from '@isonoise/data';
import { DEFAULT_GUIDANCE, drawingSamplers } from '@isonoise/sampler';
import { SIGMA_GRIDS, SPACINGS } from '@isonoise/schedule';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ExportFlags, GuideSource } from '../exporting/export-flags.ts';
import { addSettingOptions, optionTerm } from '../sampling/setting-options.ts';
import { guidance, imageSize, nonEmpty, whole } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { averageLength, checkpointChoice } from './average-arguments.ts';
import { precisionOption } from './precision-option.ts';
import { refuseBoth } from './refuse-both.ts';

const EXAMPLES = `
Before the folder appears, ONNX Runtime and tfjs run the network on the same random inputs. If the difference exceeds the
tolerance, the export fails and nothing is written.

A model can be exported again from its safetensors. This version of isonoise then writes a new graph; the weights stay
the same, bit for bit, and the card is kept. If an export is killed, the next export to the same folder removes its files.

Examples:
  pnpm export-onnx runs/mnist --out models/mine
  pnpm export-onnx runs/mnist --out models/mine --checkpoint best --force
  pnpm export-onnx runs/mnist --out models/mine-fp16 --precision fp16
  pnpm export-onnx models/mine --out models/mine-int8 --precision int8
  pnpm export-onnx runs/mnist --out models/step-500 --checkpoint 500 --raw
  pnpm export-onnx runs/mnist --out models/mine --ema 0.075 --guide-from 450
  pnpm sample models/mine --guide models/mine-guide --guidance 2
  pnpm export-onnx models/mnist --out models/fast --sampler dpmpp-2m --steps 12 --sigmas karras
  pnpm export-onnx runs/icons --out models/mine --guidance 2
  pnpm export-onnx runs/mnist --out models/mine --single-file mine.onnx
  pnpm export-onnx models/mnist --out models/mnist --force

The sampler is written to scheduler_config.json as the corresponding class of diffusers, so diffusers samples the same way.
Settings that this class does not have, such as the number of steps, are written as notes that diffusers ignores.`;

/** Creates the verb `isonoise export-onnx`. */
export function exportCommand(): Command {
  const command = new Command('export-onnx')
    .configureHelp({ optionTerm })
    .description(
      'export a trained run as a model (ONNX graph, weights, configuration, card), or re-export a model',
    )
    .argument('<run>', 'run (runs/<name>), or model to export again (models/<name> or a .zip)', nonEmpty)
    .requiredOption('--out <dir>', 'folder of the exported model: models/<name>')
    .option('--checkpoint <which>', 'latest, best or a step of a run (default: latest)', checkpointChoice)
    .option(
      '--size <pixels>',
      'size of the drawn images, such as 256 or 256x128, for a run with --tileable (default: the size of the training)',
      imageSize(DATA_LIMITS.side),
    )
    .option('--name <name>', 'name of the model (default: the name of its folder)', nonEmpty)
    .addOption(
      new Option(
        '--ema <length>',
        'for a run with --ema power: length of the average to export (default: the one that pnpm ema recorded, or that of the sample sheets)',
      )
        .argParser(averageLength)
        .conflicts('raw'),
    )
    .option('--raw', 'export the weights of the last step instead of their average')
    .option(
      '--guide-from <step>',
      'also export a guide, <dir>-guide: the average at this step of the run; <step>:<length> selects its length',
      guideSource,
    )
    .addOption(
      new Option('--reference <backend>', 'tfjs backend to compare with')
        .choices(['wasm', 'cpu', 'tensorflow'])
        .default('wasm'),
    )
    .addOption(precisionOption())
    .option('--fp16', 'the same as --precision fp16')
    .option('--no-fp16', 'the same as --precision fp32')
    .option(
      '--half-weights',
      'store the safetensors in float16, at half the size; --from and re-exports read them',
    )
    .option(
      '--no-half-weights',
      'store the safetensors in float32 (default for a run; a model keeps its type)',
    )
    .option('--samples <n>', 'number of images in samples.png', whole(1), 20)
    .option(
      '--sample-steps <n>',
      "steps of samples.png, which take most of the time (default: those of the model's sampler)",
      whole(1),
    )
    .option(
      '--license <id>',
      "licence in the card: apache-2.0, cc-by-4.0, … (default: none, or the model's)",
      nonEmpty,
    )
    .option(
      '--single-file <file>',
      'also write the model as one .onnx file: network, schedule, classes and golden record, without the safetensors',
      nonEmpty,
    )
    .option('--force', 'replace an existing model, and the model in the file of --single-file')
    .option('--quiet', 'print only the result')
    .option('--json', 'print the result as JSON')
    .optionsGroup('How the model is sampled by default:')
    .addOption(
      new Option(
        '--sampler <name>',
        'sampler (default: none, so isonoise chooses one when it samples)',
      ).choices(drawingSamplers),
    )
    .option('--steps <n>', "reverse steps (default: the sampler's)", whole(1))
    .addOption(
      new Option(
        '--spacing <rule>',
        'placement of the steps (default: trailing; a model with a sampler keeps its own)',
      ).choices(SPACINGS),
    )
    .addOption(
      new Option('--sigmas <grid>', 'place the steps by noise level; the same as --spacing <grid>')
        .choices(SIGMA_GRIDS)
        .conflicts('spacing'),
    )
    .option(
      '--guidance <scale>',
      `recommended guidance scale for images of a class or with tags, 0 to 100; 1 turns guidance off (default: none, so isonoise uses ${DEFAULT_GUIDANCE}; a model keeps its own)`,
      guidance,
    );
  addSettingOptions(command);
  for (const name of ['fp16', 'half-weights']) refuseBoth(command, name);
  return command.addHelpText('after', EXAMPLES).action(async (source: string, flags: ExportFlags) => {
    const { exportModel } = await import('../exporting/export-model.ts');
    await exportModel(source, flags, processTerminal(flags.quiet));
  });
}

function guideSource(text: string): GuideSource {
  const [, step, length] = /^(\d+)(?::(.+))?$/.exec(text) ?? [];
  if (step === undefined)
    throw new InvalidArgumentError('Expected the number of a step, or <step>:<length>, like 300:0.05.');
  return { step: Number(step), ...(length === undefined ? {} : { length: averageLength(length) }) };
}
