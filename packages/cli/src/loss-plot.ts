import type { Metrics, QualityMetrics } from '@isonoise/train';
import { axisColors, BLUE, FINE_LINES, GREEN, INK, LINES, ORANGE, svgChart } from './svg-chart.ts';

/**
 * Maximum number of points in a curve, about one per pixel of width. The points of longer curves are averaged
 * in groups.
 */
const MAX_POINTS = 1000;

/** Colour for the loss of single batches: half-transparent, behind the smoothed loss. */
const RAW = `${BLUE}88`;

type Point = [step: number, loss: number];

export interface LossPlotOptions {
  readonly title?: string;
  /** Size in pixels. Default: 900 × 480. */
  readonly width?: number;
  readonly height?: number;
  /** Measurements of FID for a second axis. Default: none. */
  readonly quality?: readonly QualityMetrics[];
}

/**
 * Returns an SVG plot of the loss of each batch and of the smoothed loss. If there are measurements of FID, a second
 * axis shows them. The axes of loss and FID are logarithmic. Equal metrics and options give equal texts.
 */
export function lossPlot(metrics: readonly Metrics[], options: LossPlotOptions = {}): string {
  const { title = 'Training loss', width = 900, height = 480, quality = [] } = options;
  const last = metrics.at(-1);
  const option = {
    title: {
      left: 0,
      text: title,
      subtext:
        last === undefined
          ? 'no steps yet'
          : `step ${last.step}: ${last.loss_smoothed.toPrecision(4)} smoothed`,
      textStyle: { color: INK, fontSize: 16 },
      subtextStyle: { color: INK },
    },
    legend: { right: 24, top: 12, icon: 'roundRect', itemHeight: 3, textStyle: { color: INK } },
    grid: { left: 64, right: quality.length === 0 ? 24 : 72, top: 64, bottom: 48 },
    xAxis: {
      type: 'value',
      name: 'step',
      nameLocation: 'middle',
      nameGap: 28,
      max: Math.max(last?.step ?? 1, quality.at(-1)?.step ?? 0),
      splitLine: { show: false },
      ...axisColors,
    },
    yAxis: [
      {
        type: 'log',
        name: 'loss',
        nameLocation: 'middle',
        nameGap: 44,
        ...logRange(thinned(metrics, 'loss').map(([, loss]) => loss)),
        splitLine: { lineStyle: { color: LINES } },
        minorSplitLine: { show: true, lineStyle: { color: FINE_LINES } },
        ...axisColors,
      },
      ...(quality.length === 0 ? [] : [qualityAxis(quality)]),
    ],
    series: [
      line('each batch', RAW, 1, thinned(metrics, 'loss')),
      line('smoothed', ORANGE, 2, thinned(metrics, 'loss_smoothed')),
      ...(quality.length === 0 ? [] : [qualityLine(quality)]),
    ],
  };
  return svgChart(option, width, height);
}

function line(name: string, color: string, width: number, data: Point[]): object {
  return { type: 'line', name, data, showSymbol: false, itemStyle: { color }, lineStyle: { color, width } };
}

/**
 * Returns at most {@link MAX_POINTS} points of a field. The points of longer curves are averaged in groups.
 * Losses of 0 are left out, because a logarithmic axis cannot show 0.
 */
function thinned(metrics: readonly Metrics[], field: 'loss' | 'loss_smoothed'): Point[] {
  const points = metrics.flatMap((entry): Point[] => (entry[field] > 0 ? [[entry.step, entry[field]]] : []));
  const size = Math.ceil(points.length / MAX_POINTS);
  if (size <= 1) return points;
  return Array.from({ length: Math.ceil(points.length / size) }, (_, i) => {
    const bucket = points.slice(i * size, (i + 1) * size);
    const mean = (at: 0 | 1): number => bucket.reduce((sum, point) => sum + point[at], 0) / bucket.length;
    return [Math.round(mean(0)), mean(1)];
  });
}

function qualityAxis(quality: readonly QualityMetrics[]): object {
  return {
    type: 'log',
    name: 'FID',
    nameLocation: 'middle',
    nameGap: 44,
    ...logRange(quality.map(({ fid }) => fid).filter((fid) => fid > 0)),
    splitLine: { show: false },
    ...axisColors,
  };
}

function qualityLine(quality: readonly QualityMetrics[]): object {
  const points = quality.flatMap(({ step, fid }): Point[] => (fid > 0 ? [[step, fid]] : []));
  const marks = { yAxisIndex: 1, showSymbol: true, symbol: 'circle', symbolSize: 6 };
  return { ...line('FID', GREEN, 1.5, points), ...marks };
}

/**
 * Returns the range of the values with a small margin; an empty object without values. Without a range, the
 * axis of echarts would end at powers of ten.
 */
function logRange(values: readonly number[]): { min: number; max: number } | Record<string, never> {
  if (values.length === 0) return {};
  return {
    min: Number((Math.min(...values) / 1.2).toPrecision(2)),
    max: Number((Math.max(...values) * 1.2).toPrecision(2)),
  };
}
