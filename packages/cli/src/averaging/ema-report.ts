import type { Measures } from '../evaluating/measure.ts';
import { fidText, kidText, rightClassText } from '../evaluating/report.ts';
import { BLUE, INK, logAxis, ORANGE, svgChart } from '../svg-chart.ts';

/** A measured average. */
export interface EmaRow {
  /** Length of the average, σ_rel. */
  readonly length: number;
  /** Relative error of the reconstructed profile, as a fraction; 0 for the tracked averages. */
  readonly error: number;
  /** Whether the training tracked this average. */
  readonly tracked: boolean;
  /** Whether this average has the smallest FID. */
  readonly kept: boolean;
  readonly measures: Measures;
}

/** Returns the cells of a table: a row of titles, then a row for each average. */
export function emaCells(rows: readonly EmaRow[]): readonly (readonly string[])[] {
  return [
    ['length', 'profile error', 'FID', 'KID × 1000', 'right class', ''],
    ...rows.map(({ length, error, tracked, kept, measures }) => [
      String(length),
      `${(100 * error).toFixed(1)} %`,
      fidText(measures),
      kidText(measures),
      rightClassText(measures),
      [kept ? 'kept' : '', tracked ? 'tracked' : ''].filter(Boolean).join(', '),
    ]),
  ];
}

/** Returns an SVG plot of FID against the length of the average. */
export function emaPlot(rows: readonly EmaRow[], title: string): string {
  const points = (chosen: readonly EmaRow[]): [number, number][] =>
    chosen.map(({ length, measures }) => [length, measures.fid]);
  const range = (values: readonly number[]): { min: number; max: number } => ({
    min: Number((Math.min(...values) / 1.1).toPrecision(2)),
    max: Number((Math.max(...values) * 1.1).toPrecision(2)),
  });
  const option = {
    title: { left: 0, text: title, textStyle: { color: INK, fontSize: 16 } },
    legend: { top: 36, left: 0, itemGap: 28, icon: 'roundRect', itemHeight: 3, textStyle: { color: INK } },
    grid: { left: 64, right: 24, top: 88, bottom: 48 },
    xAxis: {
      ...logAxis,
      name: 'length of the average (σ_rel)',
      nameGap: 28,
      ...range(rows.map(({ length }) => length)),
    },
    yAxis: { ...logAxis, name: 'FID', nameGap: 44, ...range(rows.map(({ measures }) => measures.fid)) },
    series: [
      series('averages', BLUE, 'line', points(rows)),
      series('kept', ORANGE, 'none', points(rows.filter(({ kept }) => kept))),
    ],
  };
  return svgChart(option, 900, 480);
}

function series(
  name: string,
  color: string,
  line: 'line' | 'none',
  data: readonly [number, number][],
): object {
  return {
    type: 'line',
    name,
    data,
    symbol: 'circle',
    symbolSize: line === 'line' ? 7 : 13,
    itemStyle: { color },
    lineStyle: { color, width: 2 },
  };
}
