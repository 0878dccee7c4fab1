import { printable } from '@isonoise/error';
import type { Row } from './bench.ts';
import { formatGoal, formatMark, formatValue } from './format.ts';

/** The functions of picocolors that the table uses. */
export interface TableColors {
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  red(text: string): string;
}

/**
 * Formats the rows of one bench for a terminal. Columns are aligned, values to the right. Each note is on the line
 * below its row.
 *
 * @param name heading
 * @returns text without a final newline
 */
export function terminalTable(name: string, rows: readonly Row[], colors: TableColors): string {
  const cells = rows.map(
    (row) => [printable(row.what), formatValue(row), formatGoal(row.goal), formatMark(row)] as const,
  );
  const widths = [0, 1, 2].map((column) => Math.max(0, ...cells.map((cell) => lengthOf(cell[column] ?? ''))));
  const lines = cells.flatMap(([what, value, goal, mark], i) => {
    const columns = [pad(what, widths[0]), padLeft(value, widths[1]), pad(goal, widths[2])].join('  ');
    const note = printable(rows[i]?.note ?? '');
    // Colours are added after padding, because their codes take no columns.
    const marked =
      mark === '' ? columns.trimEnd() : `${columns}  ${colors[mark === 'ok' ? 'green' : 'red'](mark)}`;
    return [`  ${marked}`, ...(note === '' ? [] : [`    ${colors.dim(note)}`])];
  });
  return [colors.bold(name), ...lines].join('\n');
}

// Count code points instead of UTF-16 units, because every character of these tables takes one column.
const lengthOf = (text: string): number => [...text].length;
const space = (text: string, width = 0): string => ' '.repeat(Math.max(0, width - lengthOf(text)));
const pad = (text: string, width?: number): string => text + space(text, width);
const padLeft = (text: string, width?: number): string => space(text, width) + text;
