import type { SamplerName } from '@isonoise/sampler';
import { axisColors, BLUE, INK, LINES, ORANGE, svgChart } from '../../../packages/cli/src/svg-chart.ts';
import type { Row } from '../bench.ts';
import { CALLS } from './summary.ts';

const [WIDTH, HEIGHT] = [1000, 460];
/** Space to the right of each panel for the names of the lines. */
const NAMES = 130;
const PANEL = WIDTH / 2;

/** Colours of the samplers that the plot names. The lines of all others are grey, without a name. */
const COLORS: Partial<Record<SamplerName, string>> = {
  ddim: INK,
  unipc: BLUE,
  'dpmpp-2m': '#1a7f37',
  'dpmpp-2m-sde': ORANGE,
  'euler-ancestral': '#8250df',
};
const OTHERS = '#7a7f8766';

/**
 * Draws two panels with a line for each sampler. They show, by number of network calls, the difference from the exact
 * solution and the share of images with the right class.
 *
 * @param rows the rows of the bench `samplers`, in the order of the names
 */
export function samplersPlot(names: readonly SamplerName[], rows: readonly Row[]): string {
  const panels = [
    {
      key: 'distance',
      title: 'difference from the exact solution (log)',
      scale: { type: 'log', ...rangeOf(valuesOf(rows, 'distance')) },
    },
    {
      key: 'share',
      title: 'images with the right class, %',
      scale: {
        type: 'value',
        axisLabel: { color: INK, formatter: (value: number) => (100 * value).toFixed(0) },
      },
    },
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
    yAxis: panels.map(({ scale }, i) => ({
      gridIndex: i,
      scale: true,
      splitLine: { lineStyle: { color: LINES } },
      ...axisColors,
      ...scale,
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

/** Returns all values of a panel. */
const valuesOf = (rows: readonly Row[], key: string): readonly number[] =>
  rows.flatMap(({ details = {} }) => CALLS.flatMap((calls) => details[`${key} ${calls}`] ?? []));

/**
 * Returns the ends of a logarithmic axis around all values, which must be from 1e-7 to 500. Each end is 1, 2 or 5 times
 * a power of ten.
 */
export function rangeOf(values: readonly number[]): { readonly min: number; readonly max: number } {
  const marks = Array.from({ length: 30 }, (_, i) => ([1, 2, 5][i % 3] ?? 1) * 10 ** (Math.floor(i / 3) - 7));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return {
    min: marks.findLast((mark) => mark <= least) ?? least,
    max: marks.find((mark) => mark >= most) ?? most,
  };
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
