import { drawingSamplers } from '@isonoise/sampler';
import { axisColors, INK, LINES, svgChart } from '../../packages/cli/src/svg-chart.ts';
import type { Row } from './bench.ts';

const [WIDTH, HEIGHT] = [960, 640];

/**
 * Draws distance from the exact solution and share of the right class against network calls, a line for each sampler.
 *
 * @param rows of the bench `samplers`, in the order of the table of samplers
 */
export function samplersPlot(rows: readonly Row[], calls: readonly number[]): string {
  const panels = [
    { key: 'distance', title: 'difference from the exact solution (log)', type: 'log' },
    { key: 'share', title: 'share with the right class', type: 'value' },
  ] as const;
  const option = {
    title: panels.map(({ title }, i) => ({
      text: title,
      left: (i * WIDTH) / 2 + 16,
      top: 8,
      textStyle: { color: INK, fontSize: 14 },
    })),
    legend: { bottom: 8, textStyle: { color: INK }, itemWidth: 18 },
    grid: panels.map((_, i) => ({ left: (i * WIDTH) / 2 + 56, top: 48, width: WIDTH / 2 - 80, height: 380 })),
    xAxis: panels.map((_, i) => ({
      gridIndex: i,
      type: 'category',
      data: calls.map(String),
      name: 'network calls',
      nameLocation: 'middle',
      nameGap: 28,
      ...axisColors,
    })),
    yAxis: panels.map(({ type }, i) => ({
      gridIndex: i,
      type,
      scale: true,
      splitLine: { lineStyle: { color: LINES } },
      ...axisColors,
    })),
    series: panels.flatMap(({ key }, i) =>
      rows.map(({ details = {} }, k) => ({
        // The same name in both panels, so that the legend has each sampler once and in one colour.
        name: drawingSamplers[k],
        type: 'line',
        xAxisIndex: i,
        yAxisIndex: i,
        data: calls.map((count) => details[`${key} ${count}`] ?? null),
        symbolSize: 4,
        // echarts has nine colours; dashes tell the later samplers apart.
        lineStyle: { width: 1.5, type: k < 9 ? 'solid' : 'dashed' },
      })),
    ),
  };
  return svgChart(option, WIDTH, HEIGHT);
}
