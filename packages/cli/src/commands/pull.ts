import { Command, InvalidArgumentError } from 'commander';
import type { PullFlags } from '../pulling/pull-flags.ts';
import { nonEmpty, whole } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';

const EXAMPLES = `
Pass the address of a bundle's folder, of its .zip, or of a diffusers model's folder. pnpm serve has bundles under /models/.
Broken connections are retried. After Ctrl-C, the same command resumes the download. The folder appears when it is complete.
Each file of a bundle is checked against the SHA-256 in the manifest.

Examples:
  pnpm pull http://localhost:3000/models/mnist --out models/copy
  pnpm pull https://example.org/models/digits.zip --sha256 5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef
  pnpm pull https://example.org/ddpm-cifar10-32 --out ddpm-cifar10-32
  pnpm import-model ddpm-cifar10-32 --out models/cifar10`;

/** Creates the verb `isonoise pull`. */
export function pullCommand(): Command {
  return new Command('pull')
    .description('download a model over HTTP: a bundle, its .zip, or a diffusers model')
    .argument('<url>', 'http: or https: address of the folder, or of the .zip', nonEmpty)
    .option('--out <dir>', 'new folder (default: models/<last part of the address>)', nonEmpty)
    .option('--sha256 <hex>', 'expected SHA-256 of the .zip, or of the weights of a diffusers model', sha256)
    .option('--most-gigabytes <n>', 'maximum size of the model, in gigabytes', whole(1), 20)
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
