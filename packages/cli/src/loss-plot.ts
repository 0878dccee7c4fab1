import type { Metrics } from '@isonoise/train';
import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

/** More points than this are averaged into as many: a plot has about as many pixels. */
const MAX_POINTS = 1000;

/** Mid-tones with a contrast of at least 4 : 1 to white and to near-black, so that one file serves both. */
const INK = '#7a7f87';
const LINES = '#7a7f8755';
const RAW = '#2f81f788';
const SMOOTHED = '#e8590c';

type Point = [step: number, loss: number];

export interface LossPlotOptions {
  readonly title?: string;
  /** Pixels; default 900 × 480. */
  readonly width?: number;
  readonly height?: number;
}

/**
 * The loss curve as an SVG: each batch and the smoothed loss against the step, on a logarithmic axis.
 * The background is transparent and the colours are readable on light and on dark. Equal metrics are equal text.
 */
export function lossPlot(metrics: readonly Metrics[], options: LossPlotOptions = {}): string {
  const { title = 'Training loss', width = 900, height = 480 } = options;
  use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  const last = metrics.at(-1);
  chart.setOption({
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { color: INK, fontFamily: 'system-ui, sans-serif' },
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
    grid: { left: 64, right: 24, top: 64, bottom: 48 },
    xAxis: {
      type: 'value',
      name: 'step',
      nameLocation: 'middle',
      nameGap: 28,
      max: last?.step ?? 1,
      splitLine: { show: false },
      ...axisColors,
    },
    yAxis: {
      type: 'log',
      name: 'loss',
      nameLocation: 'middle',
      nameGap: 44,
      ...logRange(metrics),
      splitLine: { lineStyle: { color: LINES } },
      minorSplitLine: { show: true, lineStyle: { color: '#7a7f8722' } },
      ...axisColors,
    },
    series: [
      line('each batch', RAW, 1, thinned(metrics, 'loss')),
      line('smoothed', SMOOTHED, 2, thinned(metrics, 'loss_smoothed')),
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return still(svg);
}

/**
 * The drawing without what only a page with echarts could use: hover styles and data marks. Their ids count through the
 * life of a process; clip paths keep theirs, which need to be unique within one file only.
 */
function still(svg: string): string {
  return svg
    .replace(/<style\b[\s\S]*?<\/style>/g, '')
    .replace(/ (?:class|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, '');
}

const axisColors = {
  axisLine: { lineStyle: { color: INK } },
  axisLabel: { color: INK },
  nameTextStyle: { color: INK },
};

function line(name: string, color: string, width: number, data: Point[]): object {
  return { type: 'line', name, data, showSymbol: false, itemStyle: { color }, lineStyle: { color, width } };
}

/** A logarithmic axis holds positive numbers only; a loss of exactly 0 is left out of the plot. */
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

/** From the largest to the smallest loss with a little room; echarts alone would go to whole powers of ten. */
function logRange(metrics: readonly Metrics[]): { min: number; max: number } | Record<string, never> {
  const losses = thinned(metrics, 'loss').map(([, loss]) => loss);
  if (losses.length === 0) return {};
  return {
    min: Number((Math.min(...losses) / 1.2).toPrecision(2)),
    max: Number((Math.max(...losses) * 1.2).toPrecision(2)),
  };
}
