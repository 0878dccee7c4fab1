import { imageTable, noiseTable, predictionTable, runtimeLines, type Table } from './cells.ts';
import type { ParityReport } from './report.ts';

/** Formats the report for a terminal, without a final newline. */
export function terminalReport({ model, base, outcomes, quick }: ParityReport): string {
  return [
    `${model.name}, each runtime against ${base}${quick ? ' (a quick run)' : ''}`,
    ...runtimeLines(outcomes).map((line) => `  ${line}`),
    '',
    align(noiseTable(outcomes)),
    '',
    'Largest difference of the prediction',
    align(predictionTable(outcomes)),
    '',
    'Finished images, in [-1, 1]',
    align(imageTable(outcomes)),
  ].join('\n');
}

function align(table: Table): string {
  // Remove the marks of bold text.
  const cells = table.map((row) => row.map((cell) => cell.replaceAll('**', '')));
  const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  return cells
    .map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
