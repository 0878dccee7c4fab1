import { type CreateSchedule, createSchedule, type Level, levelsOf } from '@isonoise/schedule';
import { inpaintRows } from './inpaint-rows.ts';
import type { Row } from './row.ts';
import { samplers } from './sampler-table.ts';
import type { SamplingPlan } from './sampling-plan.ts';

/** The fields of a plan that determine its rows. */
const FIELDS = ['sampler', 'settings', 'steps', 'inpainting', 'schedule'] as const;

type RowFields = Pick<SamplingPlan, (typeof FIELDS)[number]>;

/** The rows of plans that are in use. A run looks up its plan several times. */
const known = new WeakMap<RowFields, readonly Row[]>();

/**
 * The rows of recent plans by {@link FIELDS}, the latest last. Runs that differ only in seed, classes or number of images
 * have the same rows, and computing the rows can take longer than a network call.
 */
const recent = new Map<string, readonly Row[]>();

/**
 * Limits of {@link recent}: number of plans, total number of rows, and length of each key in characters. A key contains the
 * schedule.
 */
const MOST_PLANS = 8;
const MOST_ROWS = 8000;
const MOST_CHARACTERS = 2 ** 17;

/** Computes the rows of a plan, in order. The rows must not be changed, because plans with equal settings share them. */
export function planRows(plan: RowFields, create: CreateSchedule = createSchedule): readonly Row[] {
  const rows = known.get(plan) ?? recentRows(plan, create);
  known.set(plan, rows);
  return rows;
}

function recentRows(plan: RowFields, create: CreateSchedule): readonly Row[] {
  const key = JSON.stringify(FIELDS.map((field) => plan[field]));
  const rows = recent.get(key) ?? computeRows(plan, create);
  recent.delete(key);
  if (rows.length <= MOST_ROWS && key.length <= MOST_CHARACTERS) recent.set(key, rows);
  let total = [...recent.values()].reduce((sum, { length }) => sum + length, 0);
  for (const [oldest, { length }] of recent) {
    if (recent.size <= MOST_PLANS && total <= MOST_ROWS) break;
    recent.delete(oldest);
    total -= length;
  }
  return rows;
}

function computeRows(
  { sampler, schedule: config, settings, steps, inpainting }: RowFields,
  create: CreateSchedule,
): readonly Row[] {
  const schedule = create(config);
  const levels = levelsOf(schedule, steps);
  const grid = { schedule, steps: steps.length };
  const rowsOf = (part: readonly Level[]): readonly Row[] =>
    samplers[sampler].rows({ ...grid, levels: part }, settings);
  return inpainting === undefined ? rowsOf(levels) : inpaintRows(rowsOf, levels, inpainting);
}
