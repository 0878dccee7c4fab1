import { plural } from '@isonoise/error';
import { scriptError } from '../script-error.ts';
import type { Row } from './bench.ts';
import { formatGoal, formatMark, formatValue } from './format.ts';
import type { BenchRecord, BenchRun } from './record.ts';

/**
 * Replaces the text between the markers and keeps the rest, which is written by hand.
 *
 * @param report text to put between the markers
 * @param marker word in the markers; `bench` stands for `<!-- bench:begin -->` and `<!-- bench:end -->`
 * @param file name of the file, for the error
 * @throws `BENCH_REPORT_FILE` if a marker is missing or repeated, or if the end marker comes before the begin marker
 */
export function replaceBetweenMarkers(
  text: string,
  report: string,
  { marker, file }: { readonly marker: string; readonly file: string },
): string {
  const [begin, end] = [`<!-- ${marker}:begin -->`, `<!-- ${marker}:end -->`];
  const [before, rest, ...more] = text.split(begin);
  const [, after, ...evenMore] = rest?.split(end) ?? [];
  if (before === undefined || after === undefined || more.length + evenMore.length > 0) {
    throw scriptError(
      'BENCH_REPORT_FILE',
      `${marker}: ${file} lacks markers or repeats them; expected ${begin} and ${end} once each, in this order. ` +
        'Put the markers around the table.',
    );
  }
  return `${before}${begin}\n\n${report}\n\n${end}${after}`;
}

/** Formats a table for each bench, under its heading, with machine and date. */
export function markdownReport(record: BenchRecord): string {
  if (record.runs.length === 0) return 'Nothing has been measured yet. Run `pnpm bench`.';
  return record.runs.map(section).join('\n\n');
}

function section({ bench, description, rows, ...where }: BenchRun): string {
  const header = ['| | value | goal | | details |', '|---|---:|---|---|---|'];
  return [
    `### ${bench}`,
    '',
    `${capitalized(description)}. ${whereText(where)}`,
    '',
    ...header,
    ...rows.map(line),
  ].join('\n');
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function whereText({
  machine,
  threads,
  date,
  quick,
  load,
}: Omit<BenchRun, 'bench' | 'description' | 'rows'>): string {
  const cores = plural(machine.cores, 'core');
  const parts = [
    `${machine.cpu} (${cores}, ${machine.memoryGiB} GiB, ${machine.platform})`,
    plural(threads, 'thread'),
    `Node ${machine.node.replace(/^v/, '')}`,
    `ONNX Runtime ${machine.onnxruntime}`,
    date.slice(0, 10),
    `load ${load} at the start`,
  ];
  return `${parts.join(', ')}.${quick ? ' **A quick run: the numbers are not representative.**' : ''}`;
}

function line(row: Row): string {
  const mark = formatMark(row);
  const cells = [
    row.what,
    formatValue(row),
    formatGoal(row.goal),
    mark === 'missed' ? '**missed**' : mark,
    row.note,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
