import { INK, LINE_COLORS, logAxis, svgChart } from '../../../packages/cli/src/svg-chart.ts';
import type { Point } from './points.ts';

const [WIDTH, HEIGHT] = [1000, 460];
/** Height of the legend, in pixels. */
const LEGEND = 56;

/** A line of the plot. */
export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
}

const PANELS = [
  { title: 'time of the job, minutes', value: ({ seconds }: Point) => seconds / 60 },
  { title: 'cost, worker-hours', value: ({ workerHours }: Point) => workerHours },
] as const;

/** Draws the time and the cost of a job against the number of workers. All axes are logarithmic. */
export function scalingPlot(lines: readonly Line[]): string {
  const panel = WIDTH / PANELS.length;
  return svgChart(
    {
      title: PANELS.map(({ title }, i) => ({
        text: title,
        left: i * panel + 16,
        top: 8,
        textStyle: { color: INK, fontSize: 14 },
      })),
      legend: { data: lines.map(({ name }) => name), bottom: 4, textStyle: { color: INK } },
      grid: PANELS.map((_, i) => ({
        left: i * panel + 64,
        top: 48,
        width: panel - 64 - 24,
        height: HEIGHT - 48 - 48 - LEGEND,
      })),
      xAxis: PANELS.map((_, i) => ({
        ...logAxis,
        gridIndex: i,
        name: 'workers',
        nameGap: 28,
        min: 1,
        max: 1000,
      })),
      yAxis: PANELS.map((_, i) => ({ ...logAxis, gridIndex: i, name: '' })),
      series: PANELS.flatMap(({ value }, i) =>
        lines.map(({ name, points }, k) => ({
          name,
          type: 'line',
          xAxisIndex: i,
          yAxisIndex: i,
          showSymbol: false,
          data: points.map((point) => [point.workers, value(point)]),
          lineStyle: { color: LINE_COLORS[k], width: 2 },
          itemStyle: { color: LINE_COLORS[k] },
        })),
      ),
    },
    WIDTH,
    HEIGHT,
  );
}
