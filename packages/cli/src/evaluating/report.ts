import type { Cell } from './cells.ts';
import type { Measures } from './measure.ts';

/** A row of the result: the settings of a cell, or of real images, and their measures. */
export interface ResultRow {
  readonly cell: Pick<Cell, 'sampler' | 'steps' | 'spacing' | 'guidance' | 'calls'> | null;
  readonly measures: Measures;
}

/**
 * FID of a row divided by that of real images; null for the row of real images, and if that row is missing.
 */
export function fidToReal({ cell, measures }: ResultRow, rows: readonly ResultRow[]): number | null {
  const real = rows.find((row) => row.cell === null);
  return cell === null || real === undefined ? null : measures.fid / real.measures.fid;
}

type Column = readonly [title: string, text: (row: ResultRow, rows: readonly ResultRow[]) => string];

const NONE = '–';

const SETTINGS: readonly Column[] = [
  ['images', ({ cell }) => (cell === null ? 'real' : cell.sampler)],
  ['steps', ({ cell }) => String(cell?.steps ?? NONE)],
  ['spacing', ({ cell }) => cell?.spacing ?? NONE],
  ['guidance', ({ cell }) => String(cell?.guidance ?? NONE)],
  ['calls', ({ cell }) => String(cell?.calls ?? NONE)],
];

const MAIN: readonly Column[] = [
  ['FID', ({ measures }) => measures.fid.toFixed(2)],
  ['÷ real', (row, rows) => fidToReal(row, rows)?.toFixed(2) ?? NONE],
  ['KID', ({ measures: { kid, kidDeviation } }) => `${digits(kid)} ± ${digits(kidDeviation)}`],
  ['precision', ({ measures }) => measures.precision.toFixed(3)],
  ['recall', ({ measures }) => measures.recall.toFixed(3)],
  ['right class', ({ measures }) => percent(measures.rightClass)],
];

const MORE: readonly Column[] = [
  ['density', ({ measures }) => measures.density.toFixed(3)],
  ['coverage', ({ measures }) => measures.coverage.toFixed(3)],
  ['class score', ({ measures }) => measures.classScore?.toFixed(3) ?? NONE],
  ['1-NN', ({ measures }) => percent(measures.twoSampleAccuracy)],
  ['close', ({ measures }) => percent(measures.originality?.closeShare ?? null)],
];

/** The main measures as an aligned table. Columns that are empty in all rows are left out. */
export function terminalTable(rows: readonly ResultRow[]): string {
  const [titles, ...lines] = cellsOf([...SETTINGS, ...MAIN], rows);
  const all = [titles ?? [], ...lines];
  const widths = (titles ?? []).map((_, i) => Math.max(...all.map((line) => line[i]?.length ?? 0)));
  return all
    .map((line) =>
      line
        .map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** All measures as a table of Markdown. */
export function markdownTable(rows: readonly ResultRow[]): string {
  const [titles = [], ...lines] = cellsOf([...SETTINGS, ...MAIN, ...MORE], rows);
  const row = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  return [row(titles), row(titles.map((_, i) => (i === 0 ? '---' : '---:'))), ...lines.map(row)].join('\n');
}

/** Titles and texts, without columns that are empty in all rows. */
function cellsOf(columns: readonly Column[], rows: readonly ResultRow[]): readonly (readonly string[])[] {
  const filled = columns.filter(([, text]) => rows.some((row) => text(row, rows) !== NONE));
  return [filled.map(([title]) => title), ...rows.map((row) => filled.map(([, text]) => text(row, rows)))];
}

function digits(value: number): string {
  return value.toPrecision(3);
}

function percent(share: number | null): string {
  return share === null ? NONE : `${(100 * share).toFixed(1)} %`;
}
