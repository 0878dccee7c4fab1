import { type CreateSchedule, createSchedule, type Level, levelsOf } from '@isonoise/schedule';
import { inpaintRows } from './inpaint-rows.ts';
import type { Row } from './row.ts';
import { samplers } from './sampler-table.ts';
import type { SamplingPlan } from './sampling-plan.ts';

type RowsOf = Pick<SamplingPlan, 'sampler' | 'schedule' | 'settings' | 'steps' | 'inpainting'>;

/**
 * The rows of plans that are in use. Checks, cost estimates and the run itself need the rows, and computing them each
 * time would slow down short runs.
 */
const known = new WeakMap<RowsOf, readonly Row[]>();

/**
 * Computes the rows of a plan, in order. The rows of one plan object are computed only once, because plans never
 * change.
 */
export function planRows(plan: RowsOf, create: CreateSchedule = createSchedule): readonly Row[] {
  const rows = known.get(plan) ?? computeRows(plan, create);
  known.set(plan, rows);
  return rows;
}

function computeRows(
  { sampler, schedule: config, settings, steps, inpainting }: RowsOf,
  create: CreateSchedule,
): readonly Row[] {
  const schedule = create(config);
  const levels = levelsOf(schedule, steps);
  const grid = { schedule, steps: steps.length };
  const rowsOf = (part: readonly Level[]): readonly Row[] =>
    samplers[sampler].rows({ ...grid, levels: part }, settings);
  return inpainting === undefined ? rowsOf(levels) : inpaintRows(rowsOf, levels, inpainting);
}
