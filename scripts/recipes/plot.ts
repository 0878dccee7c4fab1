import { INK, LINE_COLORS, logAxis, svgChart } from '../../packages/cli/src/svg-chart.ts';
import type { CellResult } from './cell.ts';
import type { DataSetName } from './data-sets.ts';
import { groupsOf, meanOf } from './report.ts';

/** Draws FID with the default sampler against minutes of training, as an SVG with a line for each recipe. */
export function recipesPlot(results: readonly CellResult[], data: DataSetName): string {
  const lines = new Map<string, [minutes: number, fid: number][]>();
  for (const group of groupsOf(results)) {
    if (group.data !== data) continue;
    const points = lines.get(group.recipe) ?? [];
    points.push([group.minutes, meanOf(group, 0, 'fid')]);
    lines.set(group.recipe, points);
  }
  const option = {
    title: {
      left: 0,
      text: `${data}: FID against minutes of training`,
      textStyle: { color: INK, fontSize: 16 },
    },
    legend: { top: 36, left: 0, icon: 'roundRect', itemHeight: 3, textStyle: { color: INK } },
    grid: { left: 64, right: 24, top: 130, bottom: 48 },
    xAxis: { ...logAxis, name: 'minutes', nameGap: 28 },
    yAxis: { ...logAxis, name: 'FID', nameGap: 44 },
    series: [...lines].map(([name, points], i) => {
      const color = LINE_COLORS[i % LINE_COLORS.length] ?? INK;
      return {
        type: 'line',
        name,
        data: points.toSorted(([a], [b]) => a - b),
        symbol: 'circle',
        symbolSize: 7,
        itemStyle: { color },
        lineStyle: { color, width: 2 },
      };
    }),
  };
  return svgChart(option, 900, 560);
}
