import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { Chart } from '../ui/chart.tsx';
import { thinned } from './thinned.ts';
import type { RunView } from './training-view.ts';

/** The loss of each step, and its average. */
export function LossChart({ run }: { readonly run: RunView }): JSX.Element {
  const { losses, smoothed } = run;
  // A run of the same length is the same curve, however often the rest of the view changes.
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
      ? 'The loss appears here, step by step. It should fall quickly at first, then slowly.'
      : `Loss by step. The average over about a hundred steps is ${last.toFixed(4)}, after ${(smoothed[0] ?? last).toFixed(4)} at first.`;
  return <Chart x={x} series={series} xLabel="step" summary={summary} />;
}
