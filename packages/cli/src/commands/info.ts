import { printable } from '@isonoise/error';
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
  pnpm info samples.png
  pnpm info anything.onnx --json`;

/** Creates the verb `isonoise info`. */
export function infoCommand(): Command {
  return new Command('info')
    .description('describe a model, a run, a checkpoint, a drawn picture, or any ONNX or safetensors file')
    .argument('<path>', 'file or folder', nonEmpty)
    .option('--json', 'print everything as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: { readonly json?: boolean }) => {
      const { describePath } = await import('../info/describe-path.ts');
      const { kind, rows, json } = await describePath(path);
      const terminal = processTerminal();
      if (flags.json === true) terminal.json({ kind, ...json });
      else terminal.out(table(printableRows(rows), ''));
    });
}

/** Escapes names and texts from a file, including line breaks within a line. */
function printableRows(rows: readonly Row[]): (readonly [label: string, text: string])[] {
  return rows.map(([label, text]) => {
    const lines = typeof text === 'string' ? [text] : text;
    return [printable(label), lines.map((line) => printable(line)).join('\n')];
  });
}
