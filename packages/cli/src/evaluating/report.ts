import type { Interval } from '@isonoise/evaluate';
import { alignedColumns, markdownColumns } from '../terminal/columns.ts';
import type { Cell } from './cells.ts';
import { headlineOf } from './headline.ts';
import type { Measures } from './measure.ts';

/** A row of the results. `cell` has the settings of drawn images; it is null for real images. */
export interface ResultRow {
  readonly cell: Pick<Cell, 'sampler' | 'steps' | 'spacing' | 'guidance' | 'calls'> | null;
  readonly measures: Measures;
}

/**
 * Returns FID of a row divided by FID of the same number of real images. Returns null for the row of real
 * images, and if the row of real images is missing.
 */
export function fidToReal({ cell, measures }: ResultRow, rows: readonly ResultRow[]): number | null {
  const real = rows.find((row) => row.cell === null);
  if (cell === null || real === undefined) return null;
  return (measures.fidOfRealCount ?? measures.fid) / real.measures.fid;
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

const FID: readonly Column[] = [
  ['FID', ({ measures }) => fidText(measures)],
  ['÷ real', (row, rows) => fidToReal(row, rows)?.toFixed(2) ?? NONE],
];
const KID: readonly Column[] = [['KID × 1000', ({ measures }) => kidText(measures)]];

/** Returns the columns of FID and KID; the headline measure is first. */
function distances(rows: readonly ResultRow[]): readonly Column[] {
  const images = rows.find(({ cell }) => cell !== null)?.measures.images ?? 0;
  return headlineOf(images) === 'kid' ? [...KID, ...FID] : [...FID, ...KID];
}

const SHARES: readonly Column[] = [
  ['precision', ({ measures }) => measures.precision.toFixed(3)],
  ['recall', ({ measures }) => measures.recall.toFixed(3)],
  ['right class', ({ measures }) => rightClassText(measures)],
];

const SHARES_WITH_RANGES: readonly Column[] = SHARES.map(([title, text]) => {
  if (title !== 'precision' && title !== 'recall') return [title, text];
  return [title, (row, rows) => `${text(row, rows)} ${range(row.measures.intervals[title], 3, 1)}`];
});

const MORE: readonly Column[] = [
  ['nearest class', ({ measures }) => percent(measures.nearestClass, measures.intervals.nearestClass)],
  ['density', ({ measures }) => measures.density.toFixed(3)],
  ['coverage', ({ measures }) => measures.coverage.toFixed(3)],
  ['class score', ({ measures }) => measures.classScore?.toFixed(3) ?? NONE],
  ['1-NN', ({ measures }) => percent(measures.twoSampleAccuracy, null)],
  [
    'close',
    ({ measures }) => percent(measures.originality?.closeShare ?? null, measures.intervals.closeShare),
  ],
  [
    'close (pixels)',
    ({ measures }) =>
      percent(measures.pixelOriginality?.closeShare ?? null, measures.intervals.closePixelShare),
  ],
];

/** Explains the notation of the tables. */
export const NOTATION =
  'Ranges in brackets are 95 % confidence intervals; KID is shown with its standard deviation.';

/** Formats the headline measure of a row, such as `FID 1.60 (1.08–2.12)`. */
export function headlineText(measures: Measures): string {
  return headlineOf(measures.images) === 'kid'
    ? `KID × 1000: ${kidText(measures)}`
    : `FID ${fidText(measures)}`;
}

/** Formats the main measures as an aligned table. Columns that are empty in all rows are left out. */
export function terminalTable(rows: readonly ResultRow[]): string {
  return alignedColumns(cellsOf([...SETTINGS, ...distances(rows), ...SHARES], rows));
}

/** Formats all measures as a Markdown table. */
export function markdownTable(rows: readonly ResultRow[]): string {
  return markdownColumns(cellsOf([...SETTINGS, ...distances(rows), ...SHARES_WITH_RANGES, ...MORE], rows));
}

/** Returns the titles and texts of the columns, except columns that are empty in all rows. */
function cellsOf(columns: readonly Column[], rows: readonly ResultRow[]): readonly (readonly string[])[] {
  const filled = columns.filter(([, text]) => rows.some((row) => text(row, rows) !== NONE));
  return [filled.map(([title]) => title), ...rows.map((row) => filled.map(([, text]) => text(row, rows)))];
}

/** Formats FID with its interval, such as `1.60 (1.08–2.12)`. */
export function fidText({ fid, intervals }: Measures): string {
  return `${fid.toFixed(2)} ${range(intervals.fid, 2, 1)}`;
}

export function rightClassText({ rightClass, intervals }: Measures): string {
  return percent(rightClass, intervals.rightClass);
}

export function kidText({ kid, kidDeviation }: Measures): string {
  return `${(1000 * kid).toFixed(1)} ± ${(1000 * kidDeviation).toFixed(1)}`;
}

/**
 * Formats an interval in brackets. A negative lower end is shown as 0, because distances and shares are not
 * negative.
 */
function range([low, high]: Interval, digits: number, scale: number): string {
  return `(${Math.max(0, scale * low).toFixed(digits)}–${(scale * high).toFixed(digits)})`;
}

function percent(share: number | null, interval: Interval | null): string {
  if (share === null) return NONE;
  const text = `${(100 * share).toFixed(1)} %`;
  return interval === null ? text : `${text} ${range(interval, 1, 100)}`;
}
