import type uPlot from 'uplot';

interface ChartSeries {
  readonly label: string;
  /** `[n]`; null leaves a gap. */
  readonly values: readonly (number | null)[];
  /** A custom property of the styles: `--accent`. */
  readonly color: string;
}

/** All of a chart but its x values. */
export interface ChartLook {
  readonly series: readonly ChartSeries[];
  readonly xLabel: string;
  /** Whether the y axis is logarithmic: for values that span decades, all above 0. Default false. */
  readonly logarithmic?: boolean;
  /** In CSS pixels; default 220. */
  readonly height?: number;
  /** Short lines that rise from the x axis: the timesteps that are visited, say. */
  readonly marks?: readonly number[];
  /** A line over the whole height at this x. */
  readonly at?: number;
}

/** From label to label of the x axis: steps and timesteps are whole, and half of one means nothing. */
const WHOLE_INCREMENTS: readonly number[] = Array.from({ length: 6 }, (_, power) =>
  [1, 2, 5].map((digit) => digit * 10 ** power),
).flat();

/**
 * What uPlot is told.
 * @param host whose styles give the colours
 * @param look the latest; asked for at each drawing
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
  return {
    width: Math.max(host.clientWidth, 120),
    height,
    scales: { x: { time: false }, y: logarithmic ? { distr: 3 } : {} },
    axes: [
      { ...axis, label: xLabel, labelSize: 18, size: 30, incrs: [...WHOLE_INCREMENTS] },
      {
        ...axis,
        size: 52,
        values: (_chart, values) => values.map(shortNumber),
        // By itself uPlot would leave labels of powers out, though there is room.
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
      { label: xLabel },
      ...series.map(({ label, color }) => ({
        label,
        stroke: colorOf(host, color),
        width: 2,
        points: { show: false },
        value: (_chart: uPlot, value: number | null) => (value === null ? '–' : shortNumber(value)),
      })),
    ],
    hooks: { draw: [(chart) => drawMarks(chart, look(), { mark: colorOf(host, '--noise'), at: soft })] },
  };
}

/** Grid lines of a logarithmic axis; more would fill it. */
const MOST_DECADES = 6;

/** Powers of ten from `least` to `most`, a few, evenly spread. */
export function decades(least: number, most: number): number[] {
  const first = Math.ceil(Math.log10(least) - 1e-9);
  const last = Math.floor(Math.log10(most) + 1e-9);
  const stride = Math.max(1, Math.ceil((last - first + 1) / MOST_DECADES));
  return Array.from(
    { length: Math.floor((last - first) / stride) + 1 },
    (_, i) => 10 ** (first + i * stride),
  );
}

/** A number in the width of an axis label. */
export function shortNumber(value: number | null): string {
  if (value === null) return '';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(0).replace('e+', 'e');
  return String(Number(value.toPrecision(3)));
}

/** A mark's height, in CSS pixels. */
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

/** A custom property may be `light-dark(…)`, which a canvas does not understand: an element computes it. */
function colorOf(host: HTMLElement, property: string): string {
  const probe = host.appendChild(document.createElement('span'));
  probe.style.color = `var(${property})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
