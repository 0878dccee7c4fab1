import { axisColors, BLUE, FINE_LINES, INK, LINES, ORANGE, svgChart } from '../svg-chart.ts';
import type { ResultRow } from './report.ts';

/** Colours of the lines, repeated if there are more lines; see `svg-chart.ts` for the contrast. */
const COLORS = [BLUE, ORANGE, '#2b8a3e', '#ae3ec9', '#0c8599', '#e03131'];

/** Draws FID against network calls as an SVG: a line for each sampler, spacing and guidance. */
export function qualityPlot(rows: readonly ResultRow[], title: string): string {
  const lines = new Map<string, [calls: number, fid: number][]>();
  for (const { cell, measures } of rows) {
    if (cell === null) continue;
    const { sampler, spacing, guidance, calls } = cell;
    const name = `${sampler}${spacing === null ? '' : ` ${spacing}`}, guidance ${guidance}`;
    const points = lines.get(name) ?? [];
    points.push([calls, measures.fid]);
    lines.set(name, points);
  }
  const all = [...lines.values()].flat();
  const real = rows.find(({ cell }) => cell === null)?.measures.fid;
  const calls = all.map(([x]) => x);
  const [least, most] = [Math.min(...calls) / 1.2, Math.max(...calls) * 1.2];
  const series = [...lines].map(([name, points], i) =>
    line(
      name,
      COLORS[i % COLORS.length] ?? INK,
      points.toSorted(([a], [b]) => a - b),
    ),
  );
  const floor =
    real === undefined
      ? []
      : [
          {
            ...line('real images', INK, [
              [least, real],
              [most, real],
            ]),
            showSymbol: false,
            lineStyle: { color: INK, width: 1, type: 'dashed' },
          },
        ];
  const axis = {
    type: 'log',
    nameLocation: 'middle',
    minorSplitLine: { show: true, lineStyle: { color: FINE_LINES } },
    splitLine: { lineStyle: { color: LINES } },
    ...axisColors,
  };
  const fids = [...all.map(([, y]) => y), ...(real === undefined ? [] : [real])].filter((fid) => fid > 0);
  const option = {
    title: { left: 0, text: title, textStyle: { color: INK, fontSize: 16 } },
    legend: { top: 36, left: 0, itemGap: 28, icon: 'roundRect', itemHeight: 3, textStyle: { color: INK } },
    grid: { left: 64, right: 24, top: 88, bottom: 48 },
    xAxis: { ...axis, name: 'network calls per image', nameGap: 28, ...range([least, most]) },
    yAxis: {
      ...axis,
      name: 'FID',
      nameGap: 44,
      ...range([Math.min(...fids) / 1.2, Math.max(...fids) * 1.2]),
    },
    series: [...series, ...floor],
  };
  return svgChart(option, 900, 480);
}

function line(name: string, color: string, data: readonly (readonly [number, number])[]): object {
  return {
    type: 'line',
    name,
    data,
    symbol: 'circle',
    symbolSize: 7,
    itemStyle: { color },
    lineStyle: { color, width: 2 },
  };
}

function range([min, max]: readonly [number, number]): { min: number; max: number } {
  return { min: Number(min.toPrecision(2)), max: Number(max.toPrecision(2)) };
}
