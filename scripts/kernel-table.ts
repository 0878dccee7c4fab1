import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { families } from '../packages/trace/src/rules/index.ts';

const BEGIN = '<!-- kernels: begin, by `pnpm kernels` -->\n';
const END = '<!-- kernels: end -->';

/**
 * Returns a Markdown table of the kernels that can be traced, by family. A list of the kernels of tfjs's cpu backend
 * that cannot be traced follows.
 */
function kernelTable(): string {
  const traced = new Set(Object.values(families).flat());
  const rest = (tf.getKernelsForBackend('cpu') ?? [])
    .map(({ kernelName }) => kernelName)
    .filter((name) => !traced.has(name));
  const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  const rows = [
    ['family', `the ${traced.size} kernels that can be traced`],
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
    `Kernels of tfjs's cpu backend that cannot be traced (${rest.length}): ${list(rest.toSorted())}.`,
    '',
  ].join('\n');
}

/**
 * Replaces the table between the markers of a text.
 * @throws Error if the markers are missing
 */
export function withKernelTable(text: string): string {
  const [before, after] = [text.split(BEGIN)[0], text.split(END)[1]];
  if (before === undefined || after === undefined || before === text) {
    throw new Error(`kernels: the markers are missing; expected ${BEGIN.trim()} and ${END}. Put them back.`);
  }
  return `${before}${BEGIN}\n${kernelTable()}\n${END}${after}`;
}
