import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { Chart } from '../ui/chart.tsx';
import { thinned } from './thinned.ts';
import type { RunView } from './training-view.ts';

/** Chart of the loss per step and its moving average. */
export function LossChart({ run }: { readonly run: RunView }): JSX.Element {
  const { losses, smoothed } = run;
  // The curve depends only on `losses`; other changes of the view must not rebuild it.
  const { x, series } = useMemo(() => {
    const points = thinned(losses.length);
    return {
      x: points.map((i) => i + 1),
      series: [
        { label: 'loss', values: points.map((i) => losses[i] ?? null), color: '--edge' },
        { label: 'average', values: points.map((i) => smoothed[i] ?? null), color: '--accent' },
      ],
    };
  }, [losses]);
  const last = smoothed.at(-1);
  const summary =
    last === undefined
      ? 'The loss of each step appears here. It should fall quickly at first, then slowly.'
      : `Loss by step. The average over about a hundred steps went from ${(smoothed[0] ?? last).toFixed(4)} to ${last.toFixed(4)}.`;
  return <Chart x={x} series={series} xLabel="step" summary={summary} />;
}
