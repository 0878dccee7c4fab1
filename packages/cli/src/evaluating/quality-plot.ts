import { axisColors, FINE_LINES, INK, LINE_COLORS, LINES, svgChart } from '../svg-chart.ts';
import { type Headline, headlineOf } from './headline.ts';
import type { Measures } from './measure.ts';
import type { ResultRow } from './report.ts';

/** A measured value, and the ends of its 95 % interval. */
interface Point {
  readonly calls: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The ends of an axis. */
interface Range {
  readonly min: number;
  readonly max: number;
}

interface Axis {
  readonly name: string;
  readonly type: 'log' | 'value';
  readonly unit: number;
}

const AXES: { readonly [K in Headline]: Axis } = {
  fid: { name: 'FID', type: 'log', unit: 1 },
  // KID can be below 0.
  kid: { name: 'KID × 1000', type: 'value', unit: 1000 },
};

/**
 * Returns an SVG plot of FID against network calls, or of KID if there are few images. The plot has a line
 * for each combination of sampler, spacing and guidance, and a vertical bar for each 95 % interval.
 */
export function qualityPlot(rows: readonly ResultRow[], title: string): string {
  const headline = headlineOf(Math.max(...rows.map(({ measures }) => measures.images)));
  const { name: axisName, type } = AXES[headline];
  const lines = new Map<string, Point[]>();
  for (const { cell, measures } of rows) {
    if (cell === null) continue;
    const { sampler, spacing, guidance, calls } = cell;
    const name = `${sampler}${spacing === null ? '' : ` ${spacing}`}, guidance ${guidance}`;
    const points = lines.get(name) ?? [];
    points.push(pointOf(calls, measures, headline));
    lines.set(name, points);
  }
  const all = [...lines.values()].flat();
  const realRow = rows.find(({ cell }) => cell === null);
  const real = realRow === undefined ? [] : [pointOf(0, realRow.measures, headline)];
  const calls = all.map((point) => point.calls);
  const [low, high] = [Math.min(...calls) / 1.2, Math.max(...calls) * 1.2];
  const y: Partial<Range> = type === 'log' ? logRange([...all, ...real]) : {};
  const bottom = y.min ?? Number.NEGATIVE_INFINITY;
  const series = [...lines].flatMap(([name, points], i) => {
    const color = LINE_COLORS[i % LINE_COLORS.length] ?? INK;
    const sorted = points.toSorted((a, b) => a.calls - b.calls);
    const values = sorted.map((point) => [point.calls, point.value] as const);
    return [line(name, color, values), ...sorted.map((point) => bar(color, point, bottom))];
  });
  const floor = real.map(({ value }) => ({
    ...line('real images', INK, [
      [low, value],
      [high, value],
    ]),
    showSymbol: false,
    lineStyle: { color: INK, width: 1, type: 'dashed' },
  }));
  const axis = {
    nameLocation: 'middle',
    minorSplitLine: { show: true, lineStyle: { color: FINE_LINES } },
    splitLine: { lineStyle: { color: LINES } },
    ...axisColors,
  };
  const legend = [...lines.keys(), ...(real.length === 0 ? [] : ['real images'])];
  const option = {
    title: { left: 0, text: title, textStyle: { color: INK, fontSize: 16 } },
    legend: {
      data: legend,
      top: 36,
      left: 0,
      itemGap: 28,
      icon: 'roundRect',
      itemHeight: 3,
      textStyle: { color: INK },
    },
    grid: { left: 72, right: 24, top: 88, bottom: 48 },
    xAxis: {
      ...axis,
      type: 'log',
      name: 'network calls per image',
      nameGap: 28,
      ...rounded({ min: low, max: high }),
    },
    yAxis: { ...axis, type, name: `${axisName}, with 95 % intervals`, nameGap: 52, ...y },
    series: [...series, ...floor],
  };
  return svgChart(option, 900, 480);
}

function pointOf(calls: number, measures: Measures, headline: Headline): Point {
  const [low, high] = measures.intervals[headline];
  const { unit } = AXES[headline];
  return { calls, value: unit * measures[headline], low: unit * low, high: unit * high };
}

/**
 * Returns the range of a logarithmic axis. The axis starts at a third of the smallest value or higher,
 * because the lower end of an interval can be negative.
 */
function logRange(points: readonly Point[]): Range {
  const shown = points.filter(({ value }) => value > 0);
  const smallest = Math.min(...shown.map(({ value }) => value));
  const low = Math.max(smallest / 3, Math.min(...shown.map((point) => point.low)) / 1.1);
  return rounded({ min: low, max: Math.max(...shown.map(({ high }) => high)) * 1.1 });
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

/** Returns the vertical bar for the interval of a point. @param bottom lower end of the axis */
function bar(color: string, { calls, low, high }: Point, bottom: number): object {
  return {
    type: 'line',
    data: [
      [calls, Math.max(low, bottom)],
      [calls, high],
    ],
    symbol: 'rect',
    symbolSize: [9, 1.5],
    itemStyle: { color },
    lineStyle: { color, width: 1.5 },
  };
}

function rounded({ min, max }: Range): Range {
  return { min: Number(min.toPrecision(2)), max: Number(max.toPrecision(2)) };
}
