import { axisColors, BLUE, INK, LINES, ORANGE, svgChart } from '../../packages/cli/src/svg-chart.ts';
import type { Row } from './bench.ts';
import { formatNumber } from './format.ts';
import { RECORD_BATCH, RECORD_WIDTH } from './workload.ts';

const [WIDTH, HEIGHT] = [960, 560];

/** A small chart of a quantity against a size. */
interface Panel {
  readonly title: string;
  readonly axis: string;
  readonly color: string;
  readonly points: readonly (readonly [size: number, value: number])[];
}

/**
 * Draws an SVG with two rows of small charts. They show speed, memory and the share of the peak by batch size, width
 * and number of sampling steps.
 *
 * @param rows the rows of the bench `cost`; their `details` are drawn
 */
export function costPlot(rows: readonly Row[]): string {
  const details = rows.flatMap(({ details: entry }) => (entry === undefined ? [] : [entry]));
  const points = (
    belongs: (entry: Readonly<Record<string, number>>) => boolean,
    x: string,
    y: (entry: Readonly<Record<string, number>>) => number | undefined,
  ): [number, number][] =>
    details
      .filter(belongs)
      .map((entry): [number, number] => [entry[x] ?? Number.NaN, y(entry) ?? Number.NaN])
      .sort(([a], [b]) => a - b);
  const byBatch = (entry: Readonly<Record<string, number>>): boolean => entry.width === RECORD_WIDTH;
  const byWidth = (entry: Readonly<Record<string, number>>): boolean => entry.batch === RECORD_BATCH;
  const bySteps = (entry: Readonly<Record<string, number>>): boolean => entry.steps !== undefined;
  const batch = `batch, width ${RECORD_WIDTH}`;
  const width = `width, batch ${RECORD_BATCH}`;
  const share = ({ gflops = Number.NaN, peakGflops = Number.NaN }): number => gflops / peakGflops;
  return draw([
    {
      title: 'training, images/s',
      axis: batch,
      color: BLUE,
      points: points(byBatch, 'batch', (e) => e.imagesPerSecond),
    },
    {
      title: 'training, images/s',
      axis: width,
      color: BLUE,
      points: points(byWidth, 'width', (e) => e.imagesPerSecond),
    },
    {
      title: 'sampling, seconds',
      axis: 'DDIM steps',
      color: BLUE,
      points: points(bySteps, 'steps', (e) => e.seconds),
    },
    {
      title: 'peak memory, MiB',
      axis: batch,
      color: ORANGE,
      points: points(byBatch, 'batch', (e) => e.memory),
    },
    {
      title: 'peak memory, MiB',
      axis: width,
      color: ORANGE,
      points: points(byWidth, 'width', (e) => e.memory),
    },
    {
      title: 'share of the MatMul peak',
      axis: width,
      color: ORANGE,
      points: points(byWidth, 'width', share),
    },
  ]);
}

function draw(panels: readonly Panel[]): string {
  const [columns, rowHeight] = [3, HEIGHT / 2];
  const columnWidth = WIDTH / columns;
  const place = (i: number): { left: number; top: number } => ({
    left: (i % columns) * columnWidth,
    top: Math.floor(i / columns) * rowHeight,
  });
  const option = {
    title: panels.map(({ title }, i) => ({
      text: title,
      left: place(i).left + 16,
      top: place(i).top + 8,
      textStyle: { color: INK, fontSize: 14 },
    })),
    grid: panels.map((_, i) => ({
      left: place(i).left + 56,
      top: place(i).top + 48,
      width: columnWidth - 80,
      height: rowHeight - 108,
    })),
    // Sizes are evenly spaced categories, because most sizes are twice the previous one.
    xAxis: panels.map(({ axis, points }, i) => ({
      gridIndex: i,
      type: 'category',
      data: points.map(([size]) => String(size)),
      name: axis,
      nameLocation: 'middle',
      nameGap: 28,
      ...axisColors,
    })),
    yAxis: panels.map((_, i) => ({
      gridIndex: i,
      type: 'value',
      min: 0,
      splitLine: { lineStyle: { color: LINES } },
      ...axisColors,
    })),
    series: panels.map(({ color, points }, i) => ({
      type: 'line',
      xAxisIndex: i,
      yAxisIndex: i,
      data: points.map(([, value]) => value),
      symbol: 'circle',
      symbolSize: 6,
      itemStyle: { color },
      lineStyle: { color, width: 2 },
      label: {
        show: true,
        position: 'top',
        color: INK,
        formatter: ({ value }: { value?: unknown }) => formatNumber(Number(value)),
      },
    })),
  };
  return svgChart(option, WIDTH, HEIGHT);
}
