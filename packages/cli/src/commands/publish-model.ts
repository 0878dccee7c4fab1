import { Command } from 'commander';
import type { PublishFlags } from '../publishing/publish-model.ts';
import { nonEmpty } from '../terminal/arguments.ts';
import { processTerminal } from '../terminal/terminal.ts';

const EXAMPLES = `
The folder is a copy of the model. Its card has the front matter that the Hugging Face hub reads. The files .gitattributes (for
Git LFS) and SHA256SUMS are added. Nothing is uploaded. After you upload the folder to a web server, pnpm pull can download it.

Examples:
  pnpm publish-model models/mnist --out upload/mnist
  pnpm publish-model models/mine --out upload/mine --license mit --license-file LICENSE`;

/** Creates the verb `isonoise publish-model`. */
export function publishCommand(): Command {
  return new Command('publish-model')
    .description('prepare a folder for the upload of a model: card, licence, Git LFS, checksums')
    .argument('<model>', 'folder of a model, or its .zip', nonEmpty)
    .requiredOption('--out <dir>', 'new folder for the upload', nonEmpty)
    .option('--license <id>', "licence in the card: apache-2.0, cc-by-4.0, … (default: the card's)", nonEmpty)
    .option('--license-file <file>', 'text of the licence, copied to LICENSE', nonEmpty)
    .option('--force', 'replace the folder if it exists and contains a model')
    .option('--quiet', 'print only the result')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (model: string, flags: PublishFlags) => {
      const { publishModel } = await import('../publishing/publish-model.ts');
      await publishModel(model, flags, processTerminal(flags.quiet));
    });
}
