import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

/** Mid-tones with a contrast of at least 4 : 1 to white and to near-black, so that one file serves both. */
export const INK = '#7a7f87';
export const BLUE = '#2f81f7';
export const ORANGE = '#e8590c';
/** Ink for what stands behind the data: lines of a grid, and finer ones between them. */
export const LINES = '#7a7f8755';
export const FINE_LINES = '#7a7f8722';

/** Colours of an axis, its labels and its name. */
export const axisColors: Readonly<Record<'axisLine' | 'axisLabel' | 'nameTextStyle', object>> = {
  axisLine: { lineStyle: { color: INK } },
  axisLabel: { color: INK },
  nameTextStyle: { color: INK },
};

/**
 * A chart of lines as an SVG. The background is transparent and the colours are readable on light and on dark. Equal
 * options are equal text.
 *
 * @param width pixels
 * @param height pixels
 */
export function svgChart(option: EChartsCoreOption, width: number, height: number): string {
  use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { color: INK, fontFamily: 'system-ui, sans-serif' },
    ...option,
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
