import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { families } from '../packages/trace/src/rules/index.ts';

const BEGIN = '<!-- kernels: begin, by `pnpm kernels` -->\n';
const END = '<!-- kernels: end -->';

/** The kernels that can be traced by family, and those of tfjs's cpu backend that cannot, as Markdown. */
function kernelTable(): string {
  const traced = new Set(Object.values(families).flat());
  const rest = (tf.getKernelsForBackend('cpu') ?? [])
    .map(({ kernelName }) => kernelName)
    .filter((name) => !traced.has(name));
  const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  const rows = [
    ['what they do', `the ${traced.size} kernels that are traced`],
    ...Object.entries(families).map(([family, names]) => [family, list(names)]),
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[], filler = ' '): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, filler)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [
    line(head),
    line(['', ''], '-'),
    ...body.map((row) => line(row)),
    '',
    `Not traced, of what tfjs's cpu backend has (${rest.length}): ${list(rest.toSorted())}.`,
    '',
  ].join('\n');
}

/**
 * A text with the table between its marks.
 * @throws Error the marks are not there
 */
export function withKernelTable(text: string): string {
  const [before, after] = [text.split(BEGIN)[0], text.split(END)[1]];
  if (before === undefined || after === undefined || before === text) {
    throw new Error(`kernels: the text has no marks; expected ${BEGIN.trim()} and ${END}`);
  }
  return `${before}${BEGIN}\n${kernelTable()}\n${END}${after}`;
}
