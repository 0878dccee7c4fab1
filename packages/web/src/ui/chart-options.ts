import type uPlot from 'uplot';
import { counted } from '../text/format.ts';

interface ChartSeries {
  readonly label: string;
  /** `[n]`; null leaves a gap. */
  readonly values: readonly (number | null)[];
  /** CSS custom property that holds the colour, such as `--accent`. */
  readonly color: string;
}

/** The curves, axes and marks of a chart. */
export interface ChartLook {
  readonly series: readonly ChartSeries[];
  readonly xLabel: string;
  /** Whether the y axis is logarithmic; all values must be above 0. Default false. */
  readonly logarithmic?: boolean;
  /** Height in CSS pixels; default 220. */
  readonly height?: number;
  /** x values of short lines on the x axis, such as visited timesteps. */
  readonly marks?: readonly number[];
  /** x value of a vertical line over the whole height. */
  readonly at?: number;
}

/** Allowed label distances on the x axis. Steps and timesteps are integers. */
const WHOLE_INCREMENTS: readonly number[] = Array.from({ length: 6 }, (_, power) =>
  [1, 2, 5].map((digit) => digit * 10 ** power),
).flat();

/**
 * Builds the options for uPlot.
 *
 * @param host element whose styles give the colours
 * @param look returns the latest look; called at each drawing
 */
export function chartOptions(host: HTMLElement, look: () => ChartLook): uPlot.Options {
  const { series, xLabel, logarithmic = false, height = 220 } = look();
  const soft = colorOf(host, '--ink-soft');
  const line = colorOf(host, '--line');
  const font = '12px system-ui, sans-serif';
  const axis: uPlot.Axis = {
    stroke: soft,
    font,
    labelFont: font,
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 4 },
  };
  const value = (chart: uPlot, _: number, number: number, hovered: number | null): string =>
    legendText(chart.data, number, hovered, look().at);
  return {
    width: Math.max(host.clientWidth, 120),
    height,
    scales: { x: { time: false }, y: logarithmic ? { distr: 3 } : {} },
    axes: [
      {
        ...axis,
        label: xLabel,
        labelSize: 18,
        size: 30,
        incrs: [...WHOLE_INCREMENTS],
        // By default, uPlot formats numbers for the language of the browser.
        values: (_chart, values) => values.map(counted),
      },
      {
        ...axis,
        size: 52,
        values: (_chart, values) => values.map(shortNumber),
        // By default, uPlot omits the labels of some powers of ten although there is room for them.
        ...(logarithmic
          ? {
              splits: (_chart, _axis, least, most) => decades(least, most),
              filter: (_chart, splits) => splits,
            }
          : {}),
      },
    ],
    cursor: { drag: { x: false, y: false }, points: { size: 7 } },
    series: [
      { label: xLabel, value },
      ...series.map(({ label, color }) => ({
        label,
        stroke: colorOf(host, color),
        width: 2,
        points: { show: false },
        value,
      })),
    ],
    hooks: { draw: [(chart) => drawMarks(chart, look(), { mark: colorOf(host, '--noise'), at: soft })] },
  };
}

/**
 * Formats the x value (series 0) or the value of a series for the legend; a dash if there is none. The legend describes
 * the point under the pointer, otherwise the one of the vertical line, otherwise the last one.
 *
 * @param hovered index of the point under the pointer
 * @param at x value of the vertical line
 */
export function legendText(
  data: uPlot.AlignedData,
  series: number,
  hovered: number | null,
  at: number | undefined,
): string {
  const [x] = data;
  const marked = at === undefined ? -1 : x.indexOf(at);
  const value = data[series]?.[hovered ?? (marked === -1 ? x.length - 1 : marked)] ?? null;
  if (value === null) return '–';
  return series === 0 ? counted(value) : shortNumber(value);
}

/** Maximum number of grid lines of a logarithmic axis. */
const MOST_DECADES = 6;

/** Returns a few evenly spaced powers of ten between `least` and `most`. */
export function decades(least: number, most: number): number[] {
  const first = Math.ceil(Math.log10(least) - 1e-9);
  const last = Math.floor(Math.log10(most) + 1e-9);
  const stride = Math.max(1, Math.ceil((last - first + 1) / MOST_DECADES));
  return Array.from(
    { length: Math.floor((last - first) / stride) + 1 },
    (_, i) => 10 ** (first + i * stride),
  );
}

/** Formats a number to fit an axis label. */
export function shortNumber(value: number | null): string {
  if (value === null) return '';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(0).replace('e+', 'e');
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}

/** Height of a mark, in CSS pixels. */
const MARK = 10;

interface MarkColors {
  readonly mark: string;
  readonly at: string;
}

function drawMarks(chart: uPlot, { marks = [], at }: ChartLook, colors: MarkColors): void {
  const { ctx } = chart;
  const { top, height } = chart.bbox;
  const bottom = top + height;
  const line = (value: number, end: number): void => {
    const x = Math.round(chart.valToPos(value, 'x', true)) + 0.5;
    ctx.beginPath();
    ctx.moveTo(x, bottom);
    ctx.lineTo(x, end);
    ctx.stroke();
  };
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  ctx.strokeStyle = colors.mark;
  for (const mark of marks) line(mark, bottom - MARK * devicePixelRatio);
  ctx.strokeStyle = colors.at;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  if (at !== undefined) line(at, top);
  ctx.restore();
}

/** Resolves a custom property with a probe element, because a canvas does not support `light-dark(…)`. */
function colorOf(host: HTMLElement, property: string): string {
  const probe = host.appendChild(document.createElement('span'));
  probe.style.color = `var(${property})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
