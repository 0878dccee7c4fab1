import { scheduleError } from './errors.ts';
import { type FullScheduleConfig, processOf, timestepsOf } from './schedule-config.ts';

/** A reverse step: from t to tPrev < t. tPrev = -1 is the image itself. */
export type TimestepPair = readonly [t: number, tPrev: number];

/**
 * Rule that selects n of the T training timesteps (Lin et al. 2024, "Common Diffusion Noise Schedules…", table 2):
 * - `leading`: ⌊T/n⌋ apart, from below T-1 to 0; `offset` is added to each
 * - `linspace`: evenly spaced from T-1 to 0
 * - `trailing`: T/n apart, counted down from T-1
 */
export type TimestepRule = 'leading' | 'linspace' | 'trailing';

/** Variants of a {@link TimestepRule}, as in some schedulers of diffusers. */
export interface TimestepVariant {
  /** `leading` only: added to each timestep (`steps_offset` of diffusers). Default 0. */
  readonly offset?: number | undefined;
  /** `leading` and `linspace` only: computes n + 1 timesteps and omits the last. Default false. */
  readonly omitLast?: boolean | undefined;
  /** `linspace` only: does not round to whole timesteps. Default false. */
  readonly fractional?: boolean | undefined;
}

/** The times of a schedule. */
export interface Times {
  /** T. */
  readonly numTrainTimesteps: number;
  /** Whether the schedule has no β. Its times are then in (-1, T-1] instead of [0, T-1]. Default false. */
  readonly continuous?: boolean | undefined;
}

/** The times of a config. */
export const timesOf = (config: FullScheduleConfig): Times => ({
  numTrainTimesteps: timestepsOf(config),
  continuous: processOf(config.kind) !== 'diffusion',
});

export interface TimestepRequest extends TimestepVariant, Times {
  /**
   * A rule of diffusion, or a strictly decreasing list of times. Each time is in [0, T-1], or in (-1, T-1] for schedules
   * without β, and may be fractional.
   */
  readonly spacing: TimestepRule | readonly number[];
  /** n, in [1, T]. Optional for a list of times; if given, n must be the length of the list. */
  readonly steps?: number | undefined;
  /** End of the last step: -1, the image itself, or a time below the start of that step. Default -1. */
  readonly end?: number | undefined;
}

/** Rounds to the nearest integer, ties to even, as numpy and torch do. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const fraction = x - floor;
  if (fraction !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

type Variant = { readonly [K in keyof TimestepVariant]-?: NonNullable<TimestepVariant[K]> };
type Rule = (T: number, n: number, variant: Variant) => readonly number[];

const RULES: { readonly [K in TimestepRule]: Rule } = {
  leading: (T, n, { offset, omitLast }) => {
    const points = omitLast ? n + 1 : n;
    const ratio = Math.floor(T / points);
    return Array.from({ length: n }, (_, i) => (points - 1 - i) * ratio + offset);
  },
  // The products below are rounded exactly as in numpy's `linspace` and `arange`. If an exact value ends in 1/2, its
  // rounding decides between two timesteps.
  linspace: (T, n, { omitLast, fractional }) => {
    const points = omitLast ? n + 1 : n;
    const step = (T - 1) / (points - 1);
    return Array.from({ length: n }, (_, i) => {
      const k = points - 1 - i;
      if (points === 1) return 0;
      if (k === points - 1) return T - 1;
      return fractional ? k * step : roundHalfEven(k * step);
    });
  },
  trailing: (T, n) => {
    // The step of numpy.arange is the difference of its first two values.
    const step = T - T / n - T;
    return Array.from({ length: n }, (_, i) => roundHalfEven(T + i * step) - 1);
  },
};

/** The names of all {@link TimestepRule}s. */
export const TIMESTEP_RULES: readonly TimestepRule[] = Object.freeze(Object.keys(RULES) as TimestepRule[]);

/** The rules that have a variant. */
const VARIANTS: { readonly [K in keyof TimestepVariant]-?: readonly TimestepRule[] } = {
  offset: ['leading'],
  omitLast: ['leading', 'linspace'],
  fractional: ['linspace'],
};

/** The names of all variants. */
export const TIMESTEP_VARIANTS: readonly (keyof TimestepVariant)[] = Object.freeze(
  Object.keys(VARIANTS) as (keyof TimestepVariant)[],
);

function fail(problem: string): never {
  throw scheduleError('SCHEDULE_SPACING', `timestepPairs: ${problem}`);
}

function checkVariant({ spacing, ...request }: TimestepRequest): Variant {
  const { offset = 0, omitLast = false, fractional = false } = request;
  const variant = { offset, omitLast, fractional };
  for (const [name, rules] of Object.entries(VARIANTS) as [keyof TimestepVariant, TimestepRule[]][]) {
    const isDefault = variant[name] === 0 || variant[name] === false;
    if (isDefault || rules.some((rule) => rule === spacing)) continue;
    const known = rules.map((rule) => `"${rule}"`).join(' and ');
    const verb = rules.length === 1 ? 'has' : 'have';
    const neutral = name === 'offset' ? '0' : 'false';
    fail(`${name} is ${variant[name]}; expected ${neutral}, because only spacing ${known} ${verb} it.`);
  }
  return variant;
}

/**
 * Computes the steps of a reverse run, `[t, tPrev]`, from most noise to the image. The result is frozen.
 *
 * The timesteps equal those of diffusers' schedulers, including the rounding of ties. Each step leads to the next
 * timestep, and the last step leads to `end`. With `trailing` and T = 1000, diffusers has an additional timestep -1 (the
 * image itself) for 61 of the 1000 values of n.
 *
 * @throws `SCHEDULE_SPACING`
 */
export function timestepPairs(request: TimestepRequest): readonly TimestepPair[] {
  const { spacing, steps, numTrainTimesteps: T, continuous = false, end = -1 } = request;
  const isTime = (t: unknown): t is number =>
    typeof t === 'number' && (continuous ? t > -1 : t >= 0) && t <= T - 1;
  const range = `${continuous ? '(-1' : '[0'}, ${T - 1}]`;
  if (!(Number.isInteger(T) && T >= 1)) fail(`numTrainTimesteps is ${T}; expected a positive integer.`);
  const variant = checkVariant(request);

  let timesteps: readonly number[];
  if (typeof spacing === 'string') {
    if (!Object.hasOwn(RULES, spacing)) {
      fail(`spacing is "${spacing}"; expected ${TIMESTEP_RULES.join(', ')} or an array of timesteps.`);
    }
    timesteps = RULES[spacing](T, checkCount(steps, T), variant);
  } else {
    timesteps = spacing;
    if (timesteps.length === 0) fail('spacing has no timesteps; expected at least one.');
    if (steps !== undefined && steps !== timesteps.length) {
      fail(
        `steps is ${steps}, but spacing has ${timesteps.length} timesteps; expected equal numbers. Omit steps.`,
      );
    }
  }
  if (end !== -1 && !isTime(end)) fail(`end is ${end}; expected -1, the image, or a number in ${range}.`);
  // Errors name a value as the caller knows it: by its index in a list, or as a timestep of a rule.
  const nameOf = (i: number): string => {
    if (i === timesteps.length) return 'end';
    return typeof spacing === 'string' ? `timestep ${i}` : `spacing[${i}]`;
  };
  return Object.freeze(
    timesteps.map((t, i) => {
      if (!isTime(t)) return fail(`${nameOf(i)} is ${t}; expected a number in ${range}.`);
      const tPrev = timesteps[i + 1] ?? end;
      if (!(tPrev < t))
        return fail(`${nameOf(i + 1)} is ${tPrev} after ${t}; expected strictly decreasing timesteps.`);
      return Object.freeze([t, tPrev] as const);
    }),
  );
}

/** Checks the number of steps. @throws `SCHEDULE_SPACING` */
export function checkCount(steps: number | undefined, T: number): number {
  if (steps !== undefined && Number.isInteger(steps) && steps >= 1 && steps <= T) return steps;
  return fail(
    `steps is ${steps}; expected an integer in [1, ${T}], at most the number of training timesteps.`,
  );
}
