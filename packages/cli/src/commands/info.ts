import { printable } from '@isonoise/bundle/printable';
import { Command } from 'commander';
import type { Row } from '../info/description.ts';
import { nonEmpty } from '../terminal/arguments.ts';
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
    .argument('<path>', 'file, folder or .zip of a model', nonEmpty)
    .option('--json', 'everything as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: { readonly json?: boolean }) => {
      const { describePath } = await import('../info/describe-path.ts');
      const { kind, rows, json } = await describePath(path);
      const terminal = processTerminal();
      if (flags.json === true) terminal.json({ kind, ...json });
      else terminal.out(table(printableRows(rows), ''));
    });
}

/** Names and texts in a file may hold anything; a line stays one. */
function printableRows(rows: readonly Row[]): (readonly [label: string, text: string])[] {
  return rows.map(([label, text]) => {
    const lines = typeof text === 'string' ? [text] : text;
    return [printable(label), lines.map((line) => printable(line)).join('\n')];
  });
}
