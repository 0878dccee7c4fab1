import { DEFAULT_SAMPLERS, GUIDANCE_EXPECTED, isGuidance, samplers } from '@isonoise/sampler';
import {
  defaultPrediction,
  type FullScheduleConfig,
  PREDICTION_TYPES,
  parseScheduleConfig,
  predictionProblem,
  processOf,
  pureNoiseProblem,
  timestepsOf,
} from '@isonoise/schedule';
import * as v from 'valibot';
import { isAverageLength, LENGTH_RANGE } from './averages/power-function.ts';
import { withCurrentNames } from './current-names.ts';
import type { EmaConfig } from './ema-decay.ts';
import { EMA_KINDS, type EmaKind } from './ema-kinds.ts';
import { trainError } from './errors.ts';
import { DECAY_SHARE, LEARNING_RATE_KINDS } from './learning-rate.ts';
import { TRAIN_LIMITS } from './limits.ts';
import { OPTIMIZER_KINDS, type OptimizerKind } from './optimizers/kinds.ts';
import { optimizerOf } from './optimizers/optimizer-table.ts';
import { BEST_BY } from './quality.ts';
import type { OptimizerConfig, TrainConfig } from './train-config.ts';

const whole = (least: number, most: number = Number.MAX_SAFE_INTEGER): v.GenericSchema<number> =>
  v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));
/**
 * Limits of the magnitude of nonzero numbers. Steps are computed in float32, in which values above `most` are
 * infinite and values below `least` may become 0.
 */
const FLOAT32 = { least: 2 ** -126, most: (2 - 2 ** -23) * 2 ** 127 };
const inFloat32 = v.check(
  (value: number) => value === 0 || (Math.abs(value) >= FLOAT32.least && Math.abs(value) <= FLOAT32.most),
  ({ received }) => `got ${received}; expected a magnitude from 1.2e-38 to 3.4e+38, the range of float32`,
);
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0), inFloat32);
const atLeast = (least: number): v.GenericSchema<number> =>
  v.pipe(v.number(), v.finite(), v.minValue(least), inFloat32);
/** A probability or a decay in [0, 1). At 1 nothing would be learned. */
const share = v.pipe(v.number(), v.minValue(0), v.ltValue(1), inFloat32);

/** An object with these keys only; the message for an unknown key lists them. */
function exact<const E extends v.ObjectEntries>(
  entries: E,
): v.StrictObjectSchema<E, (issue: v.StrictObjectIssue) => string> {
  return v.strictObject(entries, (issue) =>
    issue.expected === 'never'
      ? `unknown; expected one of ${Object.keys(entries).join(', ')}`
      : issue.expected === 'Object'
        ? `got ${issue.received}; expected an object`
        : 'missing',
  );
}

/** Refuses arrays, which valibot treats as objects without fields. */
const notArray = v.pipe(
  v.unknown(),
  v.check((value: unknown) => !Array.isArray(value), 'got an array; expected an object'),
);

/**
 * An object that may be left out. Its default consists of the defaults of its fields and is checked like any
 * other value.
 */
const withDefaults = <const S extends v.GenericSchema>(schema: S) =>
  v.optional(v.pipe(notArray, schema), () => ({}));

const schedule = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, FullScheduleConfig>(({ dataset, addIssue, NEVER }) => {
    try {
      return parseScheduleConfig(dataset.value);
    } catch (cause) {
      addIssue({ message: cause instanceof Error ? cause.message : String(cause) });
      return NEVER;
    }
  }),
);

const weighting = v.variant(
  'kind',
  [
    exact({ kind: v.literal('simple') }),
    exact({ kind: v.literal('min-snr'), gamma: v.optional(positive, 5) }),
    exact({ kind: v.literal('p2'), gamma: v.optional(atLeast(0), 1), k: v.optional(positive, 1) }),
    // σ of the data, as in Karras et al.
    exact({ kind: v.literal('edm'), sigmaData: v.optional(positive, 0.5) }),
  ],
  'expected { "kind": "simple" }, { "kind": "min-snr", "gamma" }, { "kind": "p2", "gamma", "k" } or { "kind": "edm", "sigmaData" }',
);

const loss = v.variant(
  'kind',
  [
    exact({ kind: v.literal('mse') }),
    // Targets of all prediction types have values of about 1; half of that affects only large errors.
    exact({ kind: v.literal('huber'), c: v.optional(positive, 0.5) }),
  ],
  'expected { "kind": "mse" } or { "kind": "huber", "c" }',
);

const real = v.pipe(v.number(), v.finite(), inFloat32);
const stratified = v.optional(v.boolean(), false);
const density = v.variant(
  'kind',
  [
    exact({ kind: v.literal('uniform'), stratified }),
    // Esser et al. 2024: rf/lognorm(0.00, 1.00)
    exact({
      kind: v.literal('logit-normal'),
      mean: v.optional(real, 0),
      deviation: v.optional(positive, 1),
      stratified,
    }),
    // Karras et al. 2022, table 1: P_mean and P_std
    exact({
      kind: v.literal('log-normal'),
      mean: v.optional(real, -1.2),
      deviation: v.optional(positive, 1.2),
      stratified,
    }),
  ],
  'expected { "kind": "uniform" }, { "kind": "logit-normal", "mean", "deviation" } or { "kind": "log-normal", "mean", "deviation" }',
);
/** The kind may be left out, so that `stratified` can be set alone. */
const timesteps = v.pipe(
  notArray,
  v.transform((given) =>
    isFields(given) && given.kind === undefined ? { ...given, kind: 'uniform' } : given,
  ),
  density,
);

const DEFAULT_OPTIMIZER = 'adam';
/** Learning rate of Adam, as in Ho et al. for 32×32 images. */
const DEFAULT_RATE = 2e-4;
const RANGES = { positive, share, fromZero: atLeast(0) } as const;

/** Returns the kind of an optimizer. An unknown kind gives the default kind, whose schema then refuses it. */
function kindOf(given: unknown): OptimizerKind {
  const kind: unknown = isFields(given) ? given.kind : undefined;
  return OPTIMIZER_KINDS.find((each) => each === kind) ?? DEFAULT_OPTIMIZER;
}

/** The schema of an optimizer's configuration, from its row of the table. */
function optimizerSchema(kind: OptimizerKind): v.GenericSchema<unknown, OptimizerConfig> {
  const { rateDivisor, settings } = optimizerOf(kind);
  const fields = Object.entries(settings).map(
    ([name, setting]) => [name, v.optional(RANGES[setting.range], setting.default)] as const,
  );
  return v.pipe(
    exact({
      kind: v.optional(v.picklist(OPTIMIZER_KINDS), DEFAULT_OPTIMIZER),
      learningRate: v.optional(positive, DEFAULT_RATE / rateDivisor),
      ...Object.fromEntries(fields),
      clipNorm: v.optional(v.nullable(positive), 1),
    }),
    v.transform((config) => config as OptimizerConfig),
  );
}

const LENGTHS_EXPECTED = `expected two different lengths from ${LENGTH_RANGE.least} to ${LENGTH_RANGE.most}`;
const lengths = v.custom<readonly [number, number]>(
  (value) =>
    Array.isArray(value) && value.length === 2 && value[0] !== value[1] && value.every(isAverageLength),
  ({ input }) => `got ${JSON.stringify(input)}; ${LENGTHS_EXPECTED}`,
);

const emaKind = v.picklist(EMA_KINDS);
const emaSchemas: { readonly [K in EmaKind]: v.GenericSchema<unknown, EmaConfig> } = {
  exponential: v.pipe(
    exact({
      kind: v.optional(emaKind, 'exponential'),
      decay: v.optional(share, 0.999),
      warmup: v.optional(v.boolean(), true),
    }),
    v.transform((config) => ({ ...config, kind: 'exponential' as const })),
  ),
  power: exact({
    kind: v.literal('power'),
    // The lengths that Karras et al. 2024 track. The shorter one was better during runs, and as good at the end.
    lengths: v.optional(lengths, () => [0.05, 0.1] as const),
    snapshots: v.optional(whole(1, TRAIN_LIMITS.snapshots), 24),
  }),
};

const schema = v.pipe(
  exact({
    dataset: v.pipe(v.string(), v.nonEmpty()),
    batchSize: v.optional(whole(1, TRAIN_LIMITS.images), 64),
    steps: v.optional(whole(1, TRAIN_LIMITS.steps), 10_000),
    seed: v.optional(whole(0), 0),
    network: v.pipe(
      notArray,
      v.looseObject({
        dropout: v.optional(share),
        num_class_embeds: v.optional(v.nullable(whole(1))),
      }),
    ),
    schedule: v.optional(schedule, { kind: 'linear' }),
    objective: withDefaults(
      exact({
        prediction: v.optional(v.picklist(PREDICTION_TYPES)),
        weighting: v.optional(weighting, { kind: 'simple' }),
        loss: v.optional(loss, { kind: 'mse' }),
        timesteps: v.optional(timesteps, { kind: 'uniform' }),
        noiseCandidates: v.optional(whole(1, TRAIN_LIMITS.noiseCandidates), 1),
      }),
    ),
    optimizer: withDefaults(v.lazy((given) => optimizerSchema(kindOf(given)))),
    learningRateSchedule: withDefaults(
      exact({
        kind: v.optional(v.picklist(LEARNING_RATE_KINDS), 'cosine'),
        warmupSteps: v.optional(whole(0)),
        decayShare: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1), inFloat32)),
      }),
    ),
    ema: withDefaults(
      v.lazy((given) => emaSchemas[isFields(given) && given.kind === 'power' ? 'power' : 'exponential']),
    ),
    // null means the default. The field has its position even if it is left out, so equal configs give equal JSON.
    labelDropout: v.optional(v.nullable(share), null),
    flip: v.optional(v.boolean(), false),
    sampleEvery: v.optional(whole(0), 1000),
    sampleCount: v.optional(whole(1, TRAIN_LIMITS.images), 20),
    sampleSteps: v.optional(v.nullable(whole(1)), null),
    guidance: v.optional(
      v.nullable(
        v.pipe(
          v.number(),
          v.check((value: number) => isGuidance(value), `expected ${GUIDANCE_EXPECTED}`),
        ),
      ),
      null,
    ),
    evaluateEvery: v.optional(whole(0), 0),
    evaluateCount: v.optional(whole(2, TRAIN_LIMITS.images), 300),
    checkpointEvery: v.optional(whole(1), 500),
    keepCheckpoints: v.optional(whole(1), 3),
    best: v.optional(v.picklist(BEST_BY), 'loss'),
  }),
  // Defaults that depend on other fields
  v.transform((config): TrainConfig => {
    const conditional = (config.network.num_class_embeds ?? null) !== null;
    const labelDropout = config.labelDropout ?? (conditional ? 0.1 : 0);
    const { prediction = defaultPrediction(config.schedule.kind), ...objective } = config.objective;
    const {
      kind,
      warmupSteps = Math.min(200, Math.floor(config.steps / 10)),
      decayShare = kind === 'warmup-stable-decay' ? DECAY_SHARE : undefined,
    } = config.learningRateSchedule;
    return {
      ...config,
      objective: { prediction, ...objective },
      learningRateSchedule: { kind, warmupSteps, ...(decayShare !== undefined && { decayShare }) },
      labelDropout,
      sampleSteps: config.sampleSteps ?? defaultSampleSteps(config.schedule),
      guidance: config.guidance ?? (labelDropout > 0 ? 2 : 1),
    };
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const problem of relations(dataset.value)) addIssue({ message: problem });
  }),
);

/** Returns the default number of steps for sample grids, which depends on the sampler of the schedule. */
function defaultSampleSteps(schedule: TrainConfig['schedule']): number {
  return samplers[DEFAULT_SAMPLERS[processOf(schedule.kind)]].defaultSteps(timestepsOf(schedule));
}

/** Returns a message for each contradiction between fields. */
function relations(config: TrainConfig): string[] {
  const { labelDropout, guidance, network, learningRateSchedule, steps, sampleSteps, schedule } = config;
  const problems: string[] = [];
  if (labelDropout > 0 && (network.num_class_embeds ?? null) === null) {
    problems.push(
      `labelDropout is ${labelDropout}, but the network has no classes; set network.num_class_embeds, or labelDropout to 0`,
    );
  }
  if (guidance !== 1 && labelDropout === 0) {
    problems.push(
      `guidance is ${guidance}, but labels are never dropped; set labelDropout above 0 or guidance to 1`,
    );
  }
  if (config.best === 'fid' && config.evaluateEvery === 0) {
    problems.push('best is fid, but evaluateEvery is 0; set evaluateEvery above 0 or best to loss');
  }
  if (learningRateSchedule.warmupSteps > steps) {
    problems.push(
      `learningRateSchedule.warmupSteps is ${learningRateSchedule.warmupSteps}, more than the ${steps} steps of the run`,
    );
  }
  if (learningRateSchedule.decayShare !== undefined && learningRateSchedule.kind !== 'warmup-stable-decay') {
    problems.push(
      `learningRateSchedule.decayShare is ${learningRateSchedule.decayShare}, but the kind is ${learningRateSchedule.kind}; expected warmup-stable-decay`,
    );
  }
  const misfit = predictionProblem(schedule.kind, config.objective.prediction);
  if (misfit !== null) problems.push(`objective: ${misfit}`);
  const T = timestepsOf(schedule);
  // Training shows the network every timestep.
  const blind = pureNoiseProblem(schedule, config.objective.prediction, [T - 1]);
  if (blind !== null) problems.push(`objective: ${blind}`);
  if (sampleSteps > T)
    problems.push(`sampleSteps is ${sampleSteps}, more than the ${T} timesteps of the schedule`);
  return problems;
}

/**
 * Parses a training configuration: fills in defaults and refuses unknown fields. Fields may have the names
 * that they had in earlier versions.
 *
 * @param input a {@link TrainConfigInput}, or any other value read from a file
 * @throws `TRAIN_CONFIG` naming each invalid field, with the known fields for an unknown one
 */
export function parseTrainConfig(input: unknown): TrainConfig {
  const result = v.safeParse(schema, isFields(input) ? withCurrentNames(input) : input);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => `  ${v.getDotPath(issue) ?? '(whole)'}: ${issue.message}`);
  throw trainError('TRAIN_CONFIG', `training configuration:\n${problems.join('\n')}`);
}

function isFields(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}
