// Finds the runs of diffusers that correspond to runs of our samplers, and computes how far their rows differ.
import { type Row, type SamplerName, samplers } from '@isonoise/sampler';
import {
  CLEAN,
  type Level,
  levelAt,
  levelsOf,
  spacedSteps,
  timesOf,
  timestepPairs,
} from '@isonoise/schedule';
import { followRows } from '../../packages/sampler/testdata/follow-rows.ts';
import {
  type LinearCase,
  type LinearRun,
  linearRowClasses,
  readLinearRows,
} from '../../packages/sampler/testdata/linear-rows.ts';
import { type ReadRun, readRun, rejectionOf } from './read-case.ts';

/** Classes whose steps have two calls: their sigmas are listed twice. */
const TWO_CALLS = [
  'HeunDiscreteScheduler',
  'KDPM2DiscreteScheduler',
  'KDPM2AncestralDiscreteScheduler',
  'DPMSolverSDEScheduler',
];

/** Classes that go from t to t - ⌊T/n⌋, which is not the next timestep of linspace. */
const FIXED_STRIDE = ['DDIMScheduler', 'PNDMScheduler'];

/** Samplers whose first step has order 1 if its level has almost no signal (`isBlank`). */
const FIRST_ORDER_WHERE_BLANK: readonly SamplerName[] = [
  'heun',
  'dpm2',
  'dpm2-ancestral',
  'dpmpp-sde',
  'plms',
  'pndm',
];

/**
 * Whether the steps of pndm are an odd number of timesteps long. diffusers then calls the network at the rounded-down
 * middle of a step, but computes x at the rounded-up middle.
 */
export const hasOddSteps = ({ schedule, sampler }: ReadRun, { steps }: LinearRun): boolean =>
  sampler === 'pndm' && Math.floor(schedule.numTrainTimesteps / steps) % 2 === 1;

/** Whether the steps of a run are those of our sampler. docs/samplers.md explains the exceptions. */
function hasSameSteps(name: string, each: LinearCase, run: LinearRun, read: ReadRun): boolean {
  const { sampler, spacing, predictionType } = read;
  const isBlank = (levelsFor(name, run, read)[0]?.alpha ?? 0) < 1e-3;
  if (isBlank && FIRST_ORDER_WHERE_BLANK.includes(sampler)) return false;
  if (FIXED_STRIDE.includes(name) && spacing.rule === 'linspace') return false;
  // diffusers extrapolates the outputs of the network even if they are not ε.
  if (name === 'PNDMScheduler' && predictionType !== 'epsilon') return false;
  // diffusers adds the noise of churn after the network call; churn.test.ts compares ours with its closed
  // form.
  if (each.step.s_churn !== undefined) return false;
  return !hasOddSteps(read, run);
}

/**
 * Whether a term of the steps has the wrong sign in diffusers: stochastic steps of order 3, which begin at
 * call 2.
 */
export const hasWrongSign = ({ sampler, settings }: ReadRun): boolean =>
  sampler === 'dpmpp-3m-sde' ||
  (sampler === 'dpmpp-3s' && settings.eta === 1 && settings.solverType === 'heun');

/** The levels that diffusers visits. */
export function levelsFor(
  name: string,
  { steps, timesteps, sigmas }: LinearRun,
  { schedule, sampler, spacing }: ReadRun,
): readonly Level[] {
  // Without β, the rule itself is tested: it must give the timesteps of diffusers.
  if (schedule.process !== 'diffusion') return levelsOf(schedule, spacedSteps(schedule, spacing, steps));
  if (sigmas !== undefined) {
    const calls = TWO_CALLS.includes(name) ? 2 : 1;
    const once = calls === 1 ? sigmas : sigmas.filter((ratio, k) => ratio !== sigmas[k - 1]);
    // DPMSolverMultistepInverseScheduler leaves out timesteps that round to the same integer, so it does not reach
    // the last sigmas.
    const visited = calls === 1 ? once.slice(0, timesteps.length + 1) : once;
    return visited.map((ratio, k) => {
      if (ratio === 0) return CLEAN;
      const alpha = 1 / Math.hypot(ratio, 1);
      return { t: timesteps[calls * k] ?? 0, alpha, sigma: ratio * alpha, lambda: -Math.log(ratio) };
    });
  }
  const endsNoisy = spacing.end === 'timestep0';
  if (name === 'DDIMInverseScheduler') {
    const first = endsNoisy ? levelAt(schedule, 0) : CLEAN;
    return [first, ...timesteps.map((t) => levelAt(schedule, t))];
  }
  const isMiddle = (t: number): boolean => sampler === 'pndm' && MIDDLES.some((k) => timesteps[k] === t);
  const visited = timesteps.filter(
    (t, k) => !(t >= (timesteps[k - 1] ?? Number.POSITIVE_INFINITY)) && !isMiddle(t),
  );
  const levels = levelsOf(schedule, timestepPairs({ spacing: visited, ...timesOf(schedule.config) }));
  // TCDScheduler ends at the level of timestep 0 with every configuration.
  return endsNoisy || name === 'TCDScheduler' ? [...levels.slice(0, -1), levelAt(schedule, 0)] : levels;
}

/** The calls at which the three Runge-Kutta steps of PNDM first visit their middle. */
const MIDDLES = [1, 5, 9];

/** A run of diffusers, and our corresponding run. */
export interface LinearMatch {
  /** The class of diffusers. */
  readonly name: string;
  /** Index of the configuration. */
  readonly index: number;
  readonly each: LinearCase;
  readonly run: LinearRun;
  readonly read: ReadRun;
}

/** The runs of all configurations that the reader accepts. */
export const readRuns: readonly LinearMatch[] = linearRowClasses().flatMap((name) =>
  readLinearRows(name).cases.flatMap((each, index) =>
    rejectionOf(name, index) !== undefined
      ? []
      : each.runs.map((run) => ({ name, index, each, run, read: readRun(each, run) })),
  ),
);

/** The runs whose steps are compared. */
export const matches: readonly LinearMatch[] = readRuns.filter(({ name, each, run, read }) =>
  hasSameSteps(name, each, run, read),
);

/**
 * Removes the network's prediction from the first row. IPNDMScheduler computes x_0 = (x - σ ε) / max(α, 1e-8). At
 * pure noise, x - σ ε and α are 0, so x_0 is 0 in its first step.
 */
const withoutFirstPrediction = (rows: readonly Row[], levels: readonly Level[]): readonly Row[] =>
  rows.map((row, k) => (k === 0 ? { ...row, next: { x: levels[1]?.sigma ?? 0 } } : row));

/** Computes the coefficients of x_T and of each call's prediction and noise, by running the rows on unit vectors. */
export function coefficientsOf({ name, run, read }: LinearMatch): Float64Array[] {
  const { schedule, sampler, settings, predictionType } = read;
  const levels = levelsFor(name, run, read);
  const calls = run.timesteps.length;
  const unit = (k: number): Float64Array => new Float64Array(1 + 2 * calls).fill(1, k, k + 1);
  const drawn = (row: number): Float64Array => unit(1 + calls + row);
  const rows = samplers[sampler].rows({ schedule, levels }, settings);
  return followRows(name === 'IPNDMScheduler' ? withoutFirstPrediction(rows, levels) : rows, {
    predictionType,
    start: unit(0),
    answer: (k) => unit(1 + k),
    noise: ({ step, draw, row }) => {
      if (sampler !== 'dpmpp-sde' || row % 2 === 0) return drawn(row);
      // The noises of a step are increments of one Brownian path to the middle and to the end, each divided by its
      // deviation. Our second draw is the increment from the middle to the end.
      const [from, to] = [levels[step], levels[step + 1]].map(({ alpha, sigma } = CLEAN) => sigma / alpha);
      const share =
        ((from as number) - Math.sqrt((from as number) * (to as number))) /
        ((from as number) - (to as number));
      const [first, whole] = [drawn(row - 1), drawn(row)];
      return draw === 0
        ? first
        : whole.map((value, i) => (value - Math.sqrt(share) * (first[i] as number)) / Math.sqrt(1 - share));
    },
  });
}

/** The largest difference of each row that is compared, relative to the largest coefficient of the row. */
export function rowErrors(match: LinearMatch): readonly { call: number; error: number }[] {
  const { name, run, read } = match;
  const found = coefficientsOf(match);
  const calls = run.timesteps.length;
  return run.rows.flatMap(({ call, x, net = [], noise = [] }) => {
    if (call > 1 && hasWrongSign(read)) return [];
    const row = found[call] as Float64Array;
    const expected = new Float64Array(row.length);
    expected.set([x]);
    expected.set(net, 1);
    expected.set(noise, 1 + calls);
    // DDPMScheduler adds noise to the image itself if the last timestep is not 0. Our sampler does not.
    if (name === 'DDPMScheduler' && call === calls - 1) expected[2 * calls] = 0;
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const error = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (row[i] ?? 0))), 0);
    return [{ call, error: error / largest }];
  });
}
