import { Command, InvalidArgumentError } from 'commander';
import type { PullFlags } from '../pulling/pull-flags.ts';
import { nonEmpty, whole } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';

const EXAMPLES = `
The address is that of a model's folder, such as one that pnpm serve shows under /models/, of its .zip, or of the folder of a
model of diffusers, whose files have known names. Broken connections are repeated. After Ctrl-C, the same command continues
with the rest. The folder appears when it is complete; the files of a bundle are compared with the SHA-256 in its manifest.

Examples:
  pnpm pull http://localhost:3000/models/mnist --out models/copy
  pnpm pull https://example.org/models/digits.zip --sha256 5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef
  pnpm pull https://example.org/ddpm-cifar10-32 --out ddpm-cifar10-32
  pnpm import-model ddpm-cifar10-32 --out models/cifar10`;

/** Creates the verb `isonoise pull`. */
export function pullCommand(): Command {
  return new Command('pull')
    .description('fetch a model over HTTP: a bundle, its .zip, or a model of diffusers')
    .argument('<url>', 'http: or https: address of the folder, or of the .zip', nonEmpty)
    .option('--out <dir>', 'new folder (default: models/<last part of the address>)', nonEmpty)
    .option(
      '--sha256 <hex>',
      'expected SHA-256 of the .zip, or of the weights of a model of diffusers',
      sha256,
    )
    .option('--most-gigabytes <n>', 'largest size of the model', whole(1), 20)
    .option('--force', 'replace an existing model')
    .option('--quiet', 'print only the result')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (url: string, flags: PullFlags) => {
      const { pullModel } = await import('../pulling/pull-model.ts');
      await pullModel(url, flags, processTerminal(flags.quiet));
    });
}

function sha256(text: string): string {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('Expected 64 hexadecimal digits.');
}
