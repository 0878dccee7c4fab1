import { scheduleError } from './errors.ts';
import { shiftFactors } from './flow-schedule.ts';
import type { DiffusionSchedule, Schedule, ScheduleProcess } from './schedule.ts';
import type { Spacing, SpacingChoice } from './spaced-steps.ts';
import { checkCount, type TimestepPair, timesOf, timestepPairs } from './timestep-pairs.ts';

type ContinuousSchedule = Exclude<Schedule, DiffusionSchedule>;

type Rule<S> = (n: number, schedule: S) => readonly number[];

const trailing: Rule<ContinuousSchedule> = (n, { numTrainTimesteps: T }) =>
  Array.from({ length: n }, (_, k) => (T * (n - k)) / n - 1);

type RulesOf<P extends ScheduleProcess> = {
  readonly [K in Spacing]?: Rule<Extract<ContinuousSchedule, { process: P }>>;
};

/** The spacings of schedules without β. Their times start at pure noise and are not rounded to whole timesteps. */
const RULES: { readonly [P in ContinuousSchedule['process']]: RulesOf<P> } = {
  flow: {
    // As in FlowMatchEulerDiscreteScheduler, the last σ is the smallest σ of training, which is already shifted. Then all σ
    // are shifted again.
    linspace: (n, { numTrainTimesteps: T, config }) => {
      const { sigma } = shiftFactors({ alpha: (T - 1) / T, sigma: 1 / T }, config.shift);
      const step = (T - T * sigma) / (n - 1);
      return Array.from({ length: n }, (_, k) => (k === 0 ? T : T - k * step) - 1);
    },
    trailing,
  },
  // IPNDMScheduler has only this rule.
  sine: { trailing },
};

/** The names of the spacings of each process without β, the default first. */
export const CONTINUOUS_SPACINGS: Readonly<Record<ContinuousSchedule['process'], readonly Spacing[]>> =
  Object.freeze({
    flow: Object.freeze(Object.keys(RULES.flow) as Spacing[]),
    sine: Object.freeze(Object.keys(RULES.sine) as Spacing[]),
  });

function fail(problem: string): never {
  throw scheduleError('SCHEDULE_SPACING', `spacedSteps: ${problem}`);
}

const isList = (choice: SpacingChoice): choice is readonly number[] => Array.isArray(choice);

/**
 * Computes the steps of a reverse run on a schedule without β. The result is frozen. `leading` is rejected, because it
 * would start with too little noise. Grids of sigmas and variants are rejected too.
 *
 * @throws `SCHEDULE_SPACING`
 */
export function continuousSteps(
  schedule: ContinuousSchedule,
  choice: SpacingChoice,
  steps: number | undefined,
): readonly TimestepPair[] {
  const { process, config, numTrainTimesteps } = schedule;
  const times = timesOf(config);
  if (isList(choice)) return timestepPairs({ spacing: choice, steps, ...times });
  const { rule: name, ...variants }: { readonly rule: Spacing } =
    typeof choice === 'string' ? { rule: choice } : choice;
  // The cast is safe: the table pairs each process with its schedule, which TypeScript cannot infer for a union.
  const rules = RULES[process] as { readonly [K in Spacing]?: Rule<ContinuousSchedule> };
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (rule === undefined) {
    return fail(
      `spacing is "${name}"; expected ${CONTINUOUS_SPACINGS[process].join(', ')} or an array of timesteps for a ` +
        `${process} schedule.`,
    );
  }
  const given = Object.entries(variants).find(
    ([, value]) => value !== undefined && value !== false && value !== 0 && value !== 'image',
  );
  if (given !== undefined)
    fail(`${given[0]} is given for a ${process} schedule; expected a spacing without variants.`);
  return timestepPairs({ spacing: rule(checkCount(steps, numTrainTimesteps), schedule), ...times });
}
