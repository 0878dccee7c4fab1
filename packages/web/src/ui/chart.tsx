import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { theme } from '../shell.ts';
import { type ChartLook, chartOptions } from './chart-options.ts';

interface ChartProps extends ChartLook {
  /** `[n]`, ascending. */
  readonly x: readonly number[];
  /**
   * A sentence that describes the curves. It is shown below the chart and is the chart's text alternative.
   */
  readonly summary: string;
}

/** Line chart. Adapts to the width of its container and to the theme. */
export function Chart(props: ChartProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  // Holds the latest props, so that marks can move without a new chart.
  const look = useRef<ChartLook>(props);
  look.current = props;

  const frame = JSON.stringify([
    props.xLabel,
    props.logarithmic,
    props.height,
    props.series.map(({ label, color }) => [label, color]),
  ]);
  const shownTheme = theme.value;

  // Create a new chart when its frame or colours change.
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const made = new uPlot(
      chartOptions(element, () => look.current),
      dataOf(props),
      element,
    );
    chart.current = made;
    const watch = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      // The width is zero while the tab is hidden.
      if (width > 0 && width !== made.width) made.setSize({ width, height: made.height });
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [frame, shownTheme]);

  // Redraw, even if only the marks or the line moved.
  useEffect(() => {
    chart.current?.setData(dataOf(props));
  }, [props.x, props.series, props.marks, props.at]);

  return (
    <figure class="chart">
      <div ref={host} aria-hidden="true" />
      <figcaption class="hint">{props.summary}</figcaption>
    </figure>
  );
}

function dataOf({ x, series }: ChartProps): uPlot.AlignedData {
  return [[...x], ...series.map(({ values }) => [...values])];
}
