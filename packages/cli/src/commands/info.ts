import { Command } from 'commander';
import { table } from '../terminal/format.ts';
import { processTerminal } from '../terminal/terminal.ts';

const EXAMPLES = `
Examples:
  pnpm info models/mnist
  pnpm info runs/mnist
  pnpm info runs/mnist/checkpoints/step-00000500.safetensors
  pnpm info anything.onnx --json`;

/** `isonoise info`. */
export function infoCommand(): Command {
  return new Command('info')
    .description('explain a model, a run, a checkpoint or any ONNX or safetensors file')
    .argument('<path>', 'file, folder or .zip of a model')
    .option('--json', 'everything as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: { readonly json?: boolean }) => {
      const { describePath } = await import('../info/describe-path.ts');
      const { kind, rows, json } = await describePath(path);
      processTerminal().out(flags.json === true ? JSON.stringify({ kind, ...json }) : table(rows, ''));
    });
}
