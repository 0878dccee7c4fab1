import { NODE_PROVIDER_NAMES } from '@isonoise/runtime/provider-names';
import { MAX_THREADS } from '@isonoise/runtime/threads';
import { type Command, Option } from 'commander';
import { whole } from '../terminal/arguments.ts';

/** Creates `--provider` for the verbs that run a model. */
export function providerOption(): Option {
  return new Option('--provider <name>', 'execution provider of ONNX Runtime')
    .choices(['auto', ...NODE_PROVIDER_NAMES])
    .default('auto');
}

/** Creates `--threads` for the verbs that run a model. */
export function threadsOption(): Option {
  return new Option('--threads <n>', 'threads on the CPU (default: one per core)').argParser(
    whole(1, MAX_THREADS),
  );
}

/**
 * Adds the options of the machine and of the output, for the verbs that draw images.
 *
 * @param batchSize default of `--batch-size`
 */
export function addDrawingOptions(command: Command, batchSize: number): Command {
  return command
    .optionsGroup('Machine:')
    .addOption(providerOption())
    .addOption(threadsOption())
    .option(
      '--batch-size <n>',
      'maximum number of images per pass; does not change the images',
      whole(1),
      batchSize,
    )
    .optionsGroup('Output:')
    .option('--quiet', 'print only the result')
    .option('--json', 'print the result as JSON');
}
