import { scheduleError } from './errors.ts';
import { shiftFactors } from './flow-schedule.ts';
import { type FullScheduleConfig, timestepsOf } from './schedule-config.ts';

/** A reverse step: from t to tPrev < t. tPrev = -1 is the image itself. */
export type TimestepPair = readonly [t: number, tPrev: number];

/**
 * Rule that selects n of the T training timesteps (Lin et al. 2024, "Common Diffusion Noise Schedules…", table 2):
 * - `leading`: ⌊T/n⌋ apart, ending at 0 (+ offset); starts below T-1
 * - `linspace`: evenly spaced from T-1 to 0
 * - `trailing`: T/n apart, counted down from T-1
 */
export type Spacing = 'leading' | 'linspace' | 'trailing';

/** The times of a schedule. */
export interface Times {
  /** T. */
  readonly numTrainTimesteps: number;
  /** Of a flow schedule, whose timesteps may be fractional; absent for diffusion. */
  readonly shift?: number;
}

/** The times of a config. */
export function timesOf(config: FullScheduleConfig): Times {
  const numTrainTimesteps = timestepsOf(config);
  return config.kind === 'flow' ? { numTrainTimesteps, shift: config.shift } : { numTrainTimesteps };
}

export interface SpacingRequest extends Times {
  /**
   * A rule, or the timesteps themselves, strictly decreasing: integers in [0, T), or numbers in (-1, T - 1] for flow
   * matching. There, `linspace` is the rule of diffusers' FlowMatchEulerDiscreteScheduler, and `trailing` has equal steps in
   * t down to the image; both begin at T - 1. `leading` would begin with too little noise, and is refused.
   */
  readonly spacing: Spacing | readonly number[];
  /** n, in [1, T]. Optional for given timesteps; must then be their number. */
  readonly steps?: number;
  /** `leading` only: added to each timestep (`steps_offset` of diffusers). Default 0. */
  readonly offset?: number;
}

/** Rounds to the nearest integer, ties to even, as numpy and torch do. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const fraction = x - floor;
  if (fraction !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

const RULES: { readonly [K in Spacing]: (T: number, n: number, offset: number) => number[] } = {
  leading: (T, n, offset) => {
    const ratio = Math.floor(T / n);
    return Array.from({ length: n }, (_, i) => (n - 1 - i) * ratio + offset);
  },
  // The products below are rounded exactly as in numpy's `linspace` and `arange`. If the exact value ends in 1/2, the
  // rounding decides between two timesteps.
  linspace: (T, n) => {
    const step = (T - 1) / (n - 1);
    return Array.from({ length: n }, (_, i) => {
      const k = n - 1 - i;
      return n === 1 ? 0 : k === n - 1 ? T - 1 : roundHalfEven(k * step);
    });
  },
  trailing: (T, n) => {
    // The step of numpy.arange is the difference of its first two values.
    const step = T - T / n - T;
    return Array.from({ length: n }, (_, i) => roundHalfEven(T + i * step) - 1);
  },
};

/** The rules of a flow schedule: fractional, without rounding. */
const FLOW_RULES: {
  readonly [K in Spacing]: ((T: number, n: number, shift: number) => number[]) | undefined;
} = {
  leading: undefined,
  // diffusers goes to the last σ of training, which has the shift already, and then shifts all.
  linspace: (T, n, shift) => {
    const { sigma } = shiftFactors({ alpha: (T - 1) / T, sigma: 1 / T }, shift);
    const step = (T - T * sigma) / (n - 1);
    return Array.from({ length: n }, (_, k) => (k === 0 ? T : T - k * step) - 1);
  },
  trailing: (T, n) => Array.from({ length: n }, (_, k) => (T * (n - k)) / n - 1),
};

function fail(problem: string): never {
  throw scheduleError('SCHEDULE_SPACING', `timestepPairs: ${problem}`);
}

/**
 * Computes the steps of a reverse run, `[t, tPrev]`, from most noise to the image. The result is frozen.
 *
 * The timesteps equal those of diffusers' schedulers, including rounding of ties. Each pair leads to the next timestep
 * of the list, the last one to -1. For some n (`trailing`, 61 of 1000), diffusers has an additional timestep -1, the
 * image itself.
 *
 * @throws `SCHEDULE_SPACING`
 */
export function timestepPairs(request: SpacingRequest): readonly TimestepPair[] {
  const { spacing, steps, numTrainTimesteps: T, shift, offset = 0 } = request;
  const isFlow = shift !== undefined;
  const isTimestep = (t: number | undefined): t is number =>
    typeof t === 'number' && (isFlow ? t > -1 : Number.isInteger(t) && t >= 0) && t <= T - 1;
  if (!(Number.isInteger(T) && T >= 1)) fail(`numTrainTimesteps is ${T}; expected a positive integer.`);
  if (offset !== 0 && spacing !== 'leading')
    fail(`offset is ${offset}; expected 0, as only spacing "leading" has an offset.`);

  let timesteps: readonly number[];
  if (typeof spacing === 'string') {
    if (!Object.hasOwn(RULES, spacing)) {
      fail(`spacing is "${spacing}"; expected ${Object.keys(RULES).join(', ')} or an array of timesteps.`);
    }
    if (!(steps !== undefined && Number.isInteger(steps) && steps >= 1 && steps <= T)) {
      return fail(
        `steps is ${steps}; expected an integer in [1, ${T}], at most the number of training timesteps.`,
      );
    }
    const ruleOfFlow = FLOW_RULES[spacing];
    if (isFlow && ruleOfFlow === undefined) {
      return fail(
        `spacing is "${spacing}", which does not begin with pure noise; expected linspace, trailing or an array of ` +
          'timesteps for a flow schedule.',
      );
    }
    timesteps =
      isFlow && ruleOfFlow !== undefined ? ruleOfFlow(T, steps, shift) : RULES[spacing](T, steps, offset);
  } else {
    timesteps = spacing;
    if (timesteps.length === 0) fail('spacing has no timesteps; expected at least one.');
    if (steps !== undefined && steps !== timesteps.length) {
      fail(
        `steps is ${steps}, but spacing has ${timesteps.length} timesteps; expected equal numbers. Omit steps.`,
      );
    }
  }

  // Name values as the caller wrote them: by index in a list, or as timesteps of a rule.
  const nameOf = (i: number): string => (typeof spacing === 'string' ? `timestep ${i}` : `spacing[${i}]`);
  return Object.freeze(
    timesteps.map((t, i) => {
      if (!isTimestep(t))
        return fail(
          `${nameOf(i)} is ${t}; expected ${isFlow ? `a number in (-1, ${T - 1}]` : `an integer in [0, ${T})`}.`,
        );
      const tPrev = timesteps[i + 1] ?? -1;
      if (!(tPrev < t))
        return fail(`${nameOf(i + 1)} is ${tPrev} after ${t}; expected strictly decreasing timesteps.`);
      return Object.freeze([t, tPrev] as const);
    }),
  );
}
