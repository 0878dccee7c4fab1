import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';

/**
 * Colours of text and of lines in charts. Their contrast with white and with near-black is at least 3.5 : 1, so a file
 * suits both backgrounds.
 */
export const INK = '#7a7f87';
export const BLUE = '#2f81f7';
export const ORANGE = '#e8590c';
export const GREEN = '#2b8a3e';
/** Colours of the lines, in order. If there are more lines, the colours repeat. */
export const LINE_COLORS: readonly string[] = [BLUE, ORANGE, GREEN, '#ae3ec9', '#0c8599', '#e03131'];
/** Colours of the grid lines behind the data, and of the finer lines between them. */
export const LINES = '#7a7f8755';
export const FINE_LINES = '#7a7f8722';

/** Colours of an axis line, its labels and its name. */
export const axisColors: Readonly<Record<'axisLine' | 'axisLabel' | 'nameTextStyle', object>> = {
  axisLine: { lineStyle: { color: INK } },
  axisLabel: { color: INK },
  nameTextStyle: { color: INK },
};

/** A logarithmic axis with its name in the middle. */
export const logAxis: Readonly<Record<string, unknown>> = {
  type: 'log',
  nameLocation: 'middle',
  minorSplitLine: { show: true, lineStyle: { color: FINE_LINES } },
  splitLine: { lineStyle: { color: LINES } },
  ...axisColors,
};

/**
 * Returns a line chart as an SVG with a transparent background. Equal options give equal texts.
 *
 * @param width width in pixels
 * @param height height in pixels
 */
export function svgChart(option: EChartsCoreOption, width: number, height: number): string {
  use([LineChart, GridComponent, LegendComponent, TitleComponent, LabelLayout, SVGRenderer]);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { color: INK, fontFamily: 'system-ui, sans-serif' },
    ...option,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return withoutInteraction(svg);
}

/**
 * Removes hover styles and data attributes, which only echarts in a web page uses. Also removes the prefix of
 * ids, because the prefix depends on the number of earlier charts in the process.
 */
function withoutInteraction(svg: string): string {
  return svg
    .replace(/<style\b[\s\S]*?<\/style>/g, '')
    .replace(/ (?:class|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, '');
}
