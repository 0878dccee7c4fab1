import { CONTINUOUS_SPACINGS, continuousSteps } from './continuous-steps.ts';
import { scheduleError } from './errors.ts';
import type { DiffusionSchedule, Schedule, ScheduleProcess } from './schedule.ts';
import { linearSigmaTimes, SIGMA_GRIDS, type SigmaGrid, sigmaTimes } from './sigma-grid.ts';
import {
  checkCount,
  TIMESTEP_RULES,
  TIMESTEP_VARIANTS,
  type TimestepPair,
  type TimestepRule,
  type TimestepVariant,
  timestepPairs,
} from './timestep-pairs.ts';

/** The name of a rule that places the levels of a run. */
export type Spacing = TimestepRule | SigmaGrid;

/** The names of all rules, timesteps first. */
export const SPACINGS: readonly Spacing[] = Object.freeze([...TIMESTEP_RULES, ...SIGMA_GRIDS]);

/** The names of the rules that fit a process. */
export const spacingsFor = (process: ScheduleProcess): readonly Spacing[] =>
  process === 'diffusion' ? SPACINGS : CONTINUOUS_SPACINGS[process];

/** Timesteps by a rule and its variants. */
export interface SpacedTimesteps extends TimestepVariant {
  readonly rule: TimestepRule;
}

/** Where a run can end: at the image, or at the level of timestep 0, which has a little noise. */
export const RUN_ENDS = ['image', 'timestep0'] as const;

/** One of {@link RUN_ENDS}. */
export type RunEnd = (typeof RUN_ENDS)[number];

/** A rule with its variants, as a JSON object. docs/samplers.md lists the variants of each class of diffusers. */
export interface SpacingRule extends TimestepVariant {
  readonly rule: Spacing;
  /**
   * For grids of sigmas: the timesteps whose first and last level are the ends of the grid. Default: the ends of the
   * schedule.
   */
  readonly within?: SpacedTimesteps | undefined;
  /**
   * End of the run. Default `image`. `timestep0` omits a last step that would not change the level
   * (`final_sigmas_type: "sigma_min"` of diffusers).
   */
  readonly end?: RunEnd | undefined;
}

/** Placement of the levels of a run: the name of a rule, a rule with variants, or a list of times. */
export type SpacingChoice = Spacing | SpacingRule | readonly number[];

const KNOWN = [
  'rule',
  ...TIMESTEP_VARIANTS,
  'within',
  'end',
] as const satisfies readonly (keyof SpacingRule)[];

function fail(problem: string): never {
  throw scheduleError('SCHEDULE_SPACING', `spacedSteps: ${problem}`);
}

const isList = (choice: SpacingChoice): choice is readonly number[] => Array.isArray(choice);

const isGrid = (name: Spacing): name is SigmaGrid => SIGMA_GRIDS.some((grid) => grid === name);

/**
 * Computes the steps of a reverse run, from most noise to the image. The result is frozen.
 *
 * @param steps n, in [1, T]; optional for a list of times
 * @throws `SCHEDULE_SPACING`
 */
export function spacedSteps(
  schedule: Schedule,
  choice: SpacingChoice,
  steps: number | undefined,
): readonly TimestepPair[] {
  if (schedule.process !== 'diffusion') return continuousSteps(schedule, choice, steps);
  const { numTrainTimesteps } = schedule;
  if (isList(choice)) return timestepPairs({ spacing: choice, steps, numTrainTimesteps });
  const spacing: SpacingRule = typeof choice === 'string' ? { rule: choice } : choice;
  const unknown = Object.keys(spacing).filter((key) => !KNOWN.some((known) => known === key));
  if (unknown.length > 0) fail(`spacing has "${unknown.join('", "')}"; expected only ${KNOWN.join(', ')}.`);
  if (!SPACINGS.includes(spacing.rule)) {
    fail(`spacing is "${spacing.rule}"; expected ${SPACINGS.join(', ')} or an array of timesteps.`);
  }
  const { end = 'image' } = spacing;
  if (!RUN_ENDS.includes(end))
    fail(`end is "${String(end)}"; expected ${RUN_ENDS.map((each) => `"${each}"`).join(' or ')}.`);
  const times = timesFor(schedule, spacing, steps);
  if (end === 'image') return timestepPairs({ spacing: times, numTrainTimesteps });
  const above = times.filter((t) => t !== 0);
  if (above.length === 0) fail('the only step would begin and end at timestep 0; expected more steps.');
  return timestepPairs({ spacing: above, numTrainTimesteps, end: 0 });
}

function timesFor(
  schedule: DiffusionSchedule,
  spacing: SpacingRule,
  steps: number | undefined,
): readonly number[] {
  const { numTrainTimesteps } = schedule;
  const { rule, within, offset, omitLast, fractional } = spacing;
  const variant = { offset, omitLast, fractional };
  if (!isGrid(rule)) {
    if (within !== undefined) fail(`within is given with "${rule}"; expected it only with a grid of sigmas.`);
    const pairs = timestepPairs({ spacing: rule, ...variant, steps, numTrainTimesteps });
    return linearSigmaTimes(
      schedule,
      pairs.map(([t]) => t),
    );
  }
  const misplaced = Object.entries(variant).find(([, value]) => value !== undefined);
  if (misplaced !== undefined) {
    fail(`${misplaced[0]} is given with "${rule}"; expected it only with timesteps. Put it into "within".`);
  }
  const n = checkCount(steps, numTrainTimesteps);
  if (within === undefined) return sigmaTimes(schedule, rule, n, [numTrainTimesteps - 1, 0]);
  const { rule: inner, ...others } = within;
  const foreign = Object.keys(others).filter((key) => !Object.hasOwn(variant, key));
  if (!TIMESTEP_RULES.includes(inner) || foreign.length > 0) {
    fail(
      `within is ${JSON.stringify(within)}; expected a rule of ${TIMESTEP_RULES.join(', ')} and its variants.`,
    );
  }
  const inside = timesFor(schedule, within, n);
  return sigmaTimes(schedule, rule, n, [inside[0] as number, inside.at(-1) as number]);
}
