import type { Level } from '@isonoise/schedule';
import type { Grid } from './define-sampler.ts';
import type { Row } from './row.ts';

/** Makes one or several rows for each step of a grid. */
export function mapSteps(
  { levels }: Grid,
  make: (from: Level, to: Level, step: number) => Row | readonly Row[],
): readonly Row[] {
  return levels.slice(1).flatMap((to, step) => make(levels[step] as Level, to, step));
}
