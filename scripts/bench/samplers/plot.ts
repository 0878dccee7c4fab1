import type { SamplerName } from '@isonoise/sampler';
import { axisColors, BLUE, INK, LINES, ORANGE, svgChart } from '../../../packages/cli/src/svg-chart.ts';
import type { Row } from '../bench.ts';
import { CALLS } from './summary.ts';

const [WIDTH, HEIGHT] = [1000, 460];
/** Space right of each panel for the names of lines. */
const NAMES = 130;
const PANEL = WIDTH / 2;

/** The samplers that have a colour and a name; the others are grey. */
const COLORS: Partial<Record<SamplerName, string>> = {
  ddim: INK,
  unipc: BLUE,
  'dpmpp-2m': '#1a7f37',
  'dpmpp-2m-sde': ORANGE,
  'euler-ancestral': '#8250df',
};
const OTHERS = '#7a7f8766';

/**
 * Draws the difference from the exact solution and the share of the right class against network calls, a line for each
 * sampler.
 *
 * @param rows of the bench `samplers`, in the order of the names
 */
export function samplersPlot(names: readonly SamplerName[], rows: readonly Row[]): string {
  const panels = [
    { key: 'distance', title: 'difference from the exact solution (log)', type: 'log' },
    { key: 'share', title: 'share with the right class', type: 'value' },
  ] as const;
  const option = {
    title: panels.map(({ title }, i) => ({
      text: title,
      left: i * PANEL + 16,
      top: 8,
      textStyle: { color: INK, fontSize: 14 },
    })),
    grid: panels.map((_, i) => ({
      left: i * PANEL + 56,
      top: 48,
      width: PANEL - 56 - NAMES,
      height: HEIGHT - 48 - 56,
    })),
    xAxis: panels.map((_, i) => ({
      gridIndex: i,
      type: 'category',
      boundaryGap: false,
      data: CALLS.map(String),
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
      rows.flatMap(({ details = {} }, k) => {
        const name = names[k];
        const data = CALLS.map((calls) => details[`${key} ${calls}`] ?? null);
        if (name === undefined || data.every((value) => value === null)) return [];
        return [{ type: 'line', name, xAxisIndex: i, yAxisIndex: i, data, ...styleOf(name) }];
      }),
    ),
  };
  return svgChart(option, WIDTH, HEIGHT);
}

function styleOf(name: SamplerName): object {
  const color = COLORS[name];
  if (color === undefined) return { symbol: 'none', lineStyle: { width: 1, color: OTHERS }, z: 1 };
  return {
    symbol: 'circle',
    symbolSize: 5,
    itemStyle: { color },
    lineStyle: { width: 2, color },
    z: 2,
    endLabel: { show: true, formatter: '{a}', color, distance: 6 },
    labelLayout: { moveOverlap: 'shiftY' },
  };
}
