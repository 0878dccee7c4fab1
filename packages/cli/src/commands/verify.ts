import { Command } from 'commander';
import type { VerifyFlags } from '../checking/verify-model.ts';
import { nonEmpty } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';
import { providerOption, threadsOption } from './machine-options.ts';

const EXAMPLES = `
Checks the SHA-256 of every file. Then draws the golden image on this machine, and compares it with the values recorded at
export.

Examples:
  pnpm verify models/mnist
  pnpm verify models/mnist --provider cuda --json
  pnpm verify models/mine --quiet && pnpm serve`;

/** Creates the verb `isonoise verify`. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('check the files of a model, and the image that this machine draws with the model')
    .argument('<model>', 'folder of a model, its .zip, or a single .onnx file', nonEmpty)
    .addOption(providerOption())
    .addOption(threadsOption())
    .option('--quiet', 'print only errors; the exit code is the result')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, flags: VerifyFlags) => {
      const { verifyModel } = await import('../checking/verify-model.ts');
      await verifyModel(model, flags, processTerminal(flags.quiet));
    });
}
