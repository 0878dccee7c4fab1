import { scheduleError } from './errors.ts';
import { type FlowSchedule, shiftFactors } from './flow-schedule.ts';
import type { Spacing, SpacingChoice } from './spaced-steps.ts';
import { checkCount, type TimestepPair, timesOf, timestepPairs } from './timestep-pairs.ts';

type FlowRule = (T: number, n: number, shift: number) => readonly number[];

/** The spacings of a flow schedule. Their times are fractional, are not rounded, and begin at pure noise. */
const RULES: { readonly [K in Spacing]?: FlowRule } = {
  // FlowMatchEulerDiscreteScheduler ends at the last σ of training, which is already shifted, and then shifts all σ again.
  linspace: (T, n, shift) => {
    const { sigma } = shiftFactors({ alpha: (T - 1) / T, sigma: 1 / T }, shift);
    const step = (T - T * sigma) / (n - 1);
    return Array.from({ length: n }, (_, k) => (k === 0 ? T : T - k * step) - 1);
  },
  trailing: (T, n) => Array.from({ length: n }, (_, k) => (T * (n - k)) / n - 1),
};

/** The names of the spacings that fit a flow schedule. */
export const FLOW_SPACINGS: readonly Spacing[] = Object.freeze(Object.keys(RULES) as Spacing[]);

function fail(problem: string): never {
  throw scheduleError('SCHEDULE_SPACING', `spacedSteps: ${problem}`);
}

const isList = (choice: SpacingChoice): choice is readonly number[] => Array.isArray(choice);

/**
 * Computes the steps of a reverse run on a flow schedule; frozen. `leading` is rejected, because it would begin with too
 * little noise. Grids of sigmas and variants are rejected too.
 *
 * @throws `SCHEDULE_SPACING`
 */
export function flowSteps(
  { config }: FlowSchedule,
  choice: SpacingChoice,
  steps: number | undefined,
): readonly TimestepPair[] {
  const times = timesOf(config);
  if (isList(choice)) return timestepPairs({ spacing: choice, steps, ...times });
  const { rule: name, ...variants }: { readonly rule: Spacing } =
    typeof choice === 'string' ? { rule: choice } : choice;
  const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
  if (rule === undefined) {
    return fail(
      `spacing is "${name}"; expected ${FLOW_SPACINGS.join(', ')} or an array of timesteps for a flow schedule.`,
    );
  }
  const given = Object.entries(variants).find(
    ([, value]) => value !== undefined && value !== false && value !== 0 && value !== 'image',
  );
  if (given !== undefined)
    fail(`${given[0]} is given for a flow schedule; expected a spacing without variants.`);
  const spacing = rule(config.numTrainTimesteps, checkCount(steps, config.numTrainTimesteps), config.shift);
  return timestepPairs({ spacing, ...times });
}
