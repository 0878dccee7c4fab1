import { Command, InvalidArgumentError, Option } from 'commander';
import type { ExportFlags } from '../exporting/export-flags.ts';
import type { CheckpointChoice } from '../exporting/pick-checkpoint.ts';
import { nonEmpty, whole } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';

const EXAMPLES = `
The graph is run by ONNX Runtime and by tfjs on the same random inputs before the folder appears; a difference over
the tolerance is a failure, and nothing is written then.

A model can be exported again, from its own safetensors: its graph is then the one that this isonoise makes, its weights
stay the same bit for bit, its card is kept. What a killed export left is cleaned up by the next one of the same folder.

Examples:
  pnpm export-onnx runs/mnist --out models/mine
  pnpm export-onnx runs/mnist --out models/mine --checkpoint best --force
  pnpm export-onnx runs/mnist --out models/mine-fp16 --fp16
  pnpm export-onnx runs/mnist --out models/step-500 --checkpoint 500 --raw
  pnpm export-onnx models/mnist --out models/mnist --force`;

/** `isonoise export-onnx`. */
export function exportCommand(): Command {
  return new Command('export-onnx')
    .description('a trained run, or a model again, as a model: ONNX graph, weights, configuration, card')
    .argument('<run>', 'folder of a run, runs/<name>; or of a model, models/<name>, or its .zip', nonEmpty)
    .requiredOption('--out <dir>', 'folder of the model: models/<name>')
    .option('--checkpoint <which>', 'latest, best or a step of a run (default: latest)', checkpointChoice)
    .option('--name <name>', 'name of the model (default: that of its folder)', nonEmpty)
    .option('--raw', 'weights as trained instead of their exponential average')
    .addOption(
      new Option('--reference <backend>', 'tfjs backend to compare with')
        .choices(['wasm', 'cpu', 'tensorflow'])
        .default('wasm'),
    )
    .option('--fp16', 'products in float16, norms in float32; half the file, for GPUs')
    .option('--no-fp16', 'all in float32 (default, but for a model that has float16)')
    .addOption(
      new Option('--spacing <rule>', 'which timesteps the model is sampled at, unless asked otherwise')
        .choices(['trailing', 'leading', 'linspace'])
        .default('trailing'),
    )
    .option('--samples <n>', 'images of samples.png', whole(1), 20)
    .option('--sample-steps <n>', 'DDIM steps of samples.png; they take most of the time', whole(1), 20)
    .option(
      '--license <id>',
      'licence that the card names: apache-2.0, cc-by-4.0, … (default: none)',
      nonEmpty,
    )
    .option('--force', 'replace a model that is there')
    .option('--quiet', 'only the result')
    .option('--json', 'the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (source: string, flags: ExportFlags) => {
      const { exportModel } = await import('../exporting/export-model.ts');
      await exportModel(source, flags, processTerminal(flags.quiet));
    });
}

function checkpointChoice(text: string): CheckpointChoice {
  if (text === 'latest' || text === 'best') return text;
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected latest, best or the number of a step.');
}
