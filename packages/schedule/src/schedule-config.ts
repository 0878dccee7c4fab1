import { showValue } from '@isonoise/error';
import { scheduleError } from './errors.ts';

/** β follows a curve from `betaStart` to `betaEnd`. */
export interface RampConfig {
  /**
   * - `linear`: evenly spaced (Ho et al. 2020, section 4)
   * - `quadratic`: the square of evenly spaced √β (Ho et al., code)
   * - `scaledLinear`: the same curve as `quadratic`, with the name and the defaults of latent diffusion
   * - `sigmoid`: the logistic function of -6 … 6
   */
  readonly kind: 'linear' | 'quadratic' | 'scaledLinear' | 'sigmoid';
  /** The number of timesteps T. Default 1000. */
  readonly numTrainTimesteps?: number;
  /** β_0, in [2⁻⁵³, 1). Default 1e-4; `scaledLinear`: 0.00085. */
  readonly betaStart?: number;
  /** β_{T-1}, in [2⁻⁵³, 1). Default 0.02; `scaledLinear`: 0.012. */
  readonly betaEnd?: number;
}

/** ᾱ follows a squared cosine (Nichol & Dhariwal 2021, eq. 17). */
export interface CosineConfig {
  readonly kind: 'cosine';
  /** The number of timesteps T. Default 1000. */
  readonly numTrainTimesteps?: number;
  /** Upper end of β, in [2⁻⁵³, 1); avoids the singularity at t = T. Default 0.999. */
  readonly maxBeta?: number;
}

/** One β for all t. */
export interface ConstantConfig {
  readonly kind: 'constant';
  /** The number of timesteps T. Default 1000. */
  readonly numTrainTimesteps?: number;
  /** β, in [2⁻⁵³, 1). Default 0.02. */
  readonly beta?: number;
}

/** A schedule that lists every β. */
export interface TrainedConfig {
  readonly kind: 'trained';
  /** `[T]`, each in [2⁻⁵³, 1). */
  readonly betas: readonly number[];
}

/**
 * Flow matching along straight lines (rectified flow; Liu et al. 2023, Lipman et al. 2023): x_t = (1 - σ) x_0 + σ ε. It has
 * no β.
 */
export interface FlowConfig {
  readonly kind: 'flow';
  /** The number of timesteps T. Default 1000. */
  readonly numTrainTimesteps?: number;
  /**
   * Shift of σ, in [0.01, 100]. With a larger shift, more timesteps have much noise, which suits large images (Esser et
   * al. 2024, eq. 23). Default 1: σ is evenly spaced.
   */
  readonly shift?: number;
}

/**
 * The continuous schedule of IPNDMScheduler of diffusers: x_t = cos(φ) x_0 + sin(φ) ε, and the network gets φ in quarter
 * turns, from 0 to 1. It has no β. sin(φ) = sin²(π/2 · (t + 1) / T).
 */
export interface SineConfig {
  readonly kind: 'sine';
  /** The number of timesteps T. Default 1000. */
  readonly numTrainTimesteps?: number;
}

/** Option of every schedule that is defined by β. */
export interface ZeroSnrConfig {
  /**
   * Whether √ᾱ is shifted and scaled so that nothing is left of the image at the last timestep (Lin et al. 2024, Algorithm
   * 1; `rescale_betas_zero_snr` of diffusers). The network must predict v or x_0. Default false.
   */
  readonly zeroTerminalSnr?: boolean;
}

/** Schedules of diffusion, which are defined by β. */
export type DiffusionConfig = (RampConfig | CosineConfig | ConstantConfig | TrainedConfig) & ZeroSnrConfig;

/** Noise schedule of a model, as a JSON object. */
export type ScheduleConfig = DiffusionConfig | FlowConfig | SineConfig;

export type ScheduleKind = ScheduleConfig['kind'];

/**
 * Limit of T, a hundred times the usual value. With larger values, from typos or untrusted files, tables would take
 * seconds.
 */
export const MAX_TRAIN_TIMESTEPS = 100_000;

/**
 * Smallest β. Below it, 1 - β is 1 in float64: a step would add noise but keep the whole image. Products of larger
 * values stay far from the limits of float64.
 */
export const MIN_BETA: number = 2 ** -53;

/** A config of diffusion with all defaults applied. */
export type FullDiffusionConfig = (
  | Required<RampConfig>
  | Required<CosineConfig>
  | Required<ConstantConfig>
  | TrainedConfig
) &
  ZeroSnrConfig;

/** A config with all defaults applied. */
export type FullScheduleConfig = FullDiffusionConfig | Required<FlowConfig> | Required<SineConfig>;

/** Range of `shift`. */
export const SHIFT_RANGE = { low: 0.01, high: 100 } as const;

/** Whether a value is in {@link SHIFT_RANGE}. */
export const isShift = (value: unknown): value is number =>
  typeof value === 'number' && value >= SHIFT_RANGE.low && value <= SHIFT_RANGE.high;

/** T of a config. */
export const timestepsOf = (config: FullScheduleConfig): number =>
  config.kind === 'trained' ? config.betas.length : config.numTrainTimesteps;

/** The kinds of schedules, in the order of help. */
export const SCHEDULE_KINDS = [
  'linear',
  'quadratic',
  'scaledLinear',
  'sigmoid',
  'cosine',
  'constant',
  'trained',
  'flow',
  'sine',
] as const;

/** The forward process of a kind of schedule; `diffusion` for the kinds that are defined by β. */
export const processOf = (kind: ScheduleKind): 'diffusion' | 'flow' | 'sine' =>
  kind === 'flow' || kind === 'sine' ? kind : 'diffusion';

function fail(problem: string): never {
  throw scheduleError('SCHEDULE_CONFIG', `schedule config: ${problem}`);
}

/** Number of unknown fields that an error names. */
const NAMED = 5;

/** The fields of a config. Each known field is taken out once; fields that remain are unknown. */
class Fields {
  private readonly left: Map<string, unknown>;

  constructor(value: object) {
    this.left = new Map(Object.entries(value).filter(([, field]) => field !== undefined));
  }

  /** Returns the value of a field; undefined if it is absent. */
  take(name: string): unknown {
    const value = this.left.get(name);
    this.left.delete(name);
    return value;
  }

  /** Returns a field or its default. Only an absent field gets the default; null does not. */
  private takeOr(name: string, fallback: number): unknown {
    const value = this.take(name);
    return value === undefined ? fallback : value;
  }

  beta(name: string, fallback: number): number {
    return checkBeta(name, this.takeOr(name, fallback));
  }

  timesteps(): number {
    const value = this.takeOr('numTrainTimesteps', 1000);
    if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_TRAIN_TIMESTEPS) {
      return value;
    }
    return fail(
      `numTrainTimesteps is ${showValue(value)}; expected an integer in [1, ${MAX_TRAIN_TIMESTEPS}].`,
    );
  }

  /** Returns the option only if it is on, so that configs of earlier versions do not change. */
  zeroSnr(timesteps: number): ZeroSnrConfig {
    const value = this.take('zeroTerminalSnr');
    if (value === undefined || value === false) return {};
    if (value !== true) return fail(`zeroTerminalSnr is ${showValue(value)}; expected true or false.`);
    if (timesteps < 2) fail(`zeroTerminalSnr is true with ${timesteps} timestep; expected at least 2.`);
    return { zeroTerminalSnr: true };
  }

  shift(): number {
    const value = this.takeOr('shift', 1);
    if (isShift(value)) return value;
    return fail(
      `shift is ${showValue(value)}; expected a number in [${SHIFT_RANGE.low}, ${SHIFT_RANGE.high}].`,
    );
  }

  end(kind: string, allowed: readonly string[]): void {
    const unknown = [...this.left.keys()];
    if (unknown.length > 0) {
      const named = unknown.slice(0, NAMED).map(showValue).join(', ');
      const others = unknown.length > NAMED ? `, and ${unknown.length - NAMED} more` : '';
      fail(`unknown ${named}${others} for kind "${kind}"; expected ${allowed.join(', ')}.`);
    }
  }
}

function checkBeta(name: string, value: unknown): number {
  if (typeof value === 'number' && value >= MIN_BETA && value < 1) return value;
  return fail(`${name} is ${showValue(value)}; expected a number in [${MIN_BETA}, 1).`);
}

function parseRamp(kind: RampConfig['kind'], fields: Fields): FullDiffusionConfig {
  const latent = kind === 'scaledLinear';
  const numTrainTimesteps = fields.timesteps();
  const config = {
    kind,
    numTrainTimesteps,
    betaStart: fields.beta('betaStart', latent ? 0.00085 : 1e-4),
    betaEnd: fields.beta('betaEnd', latent ? 0.012 : 0.02),
    ...fields.zeroSnr(numTrainTimesteps),
  };
  fields.end(kind, ['numTrainTimesteps', 'betaStart', 'betaEnd', 'zeroTerminalSnr']);
  return config;
}

const PARSERS: { readonly [K in ScheduleKind]: (fields: Fields) => FullScheduleConfig } = {
  linear: (fields) => parseRamp('linear', fields),
  quadratic: (fields) => parseRamp('quadratic', fields),
  scaledLinear: (fields) => parseRamp('scaledLinear', fields),
  sigmoid: (fields) => parseRamp('sigmoid', fields),
  cosine: (fields) => {
    const numTrainTimesteps = fields.timesteps();
    const config = {
      kind: 'cosine' as const,
      numTrainTimesteps,
      maxBeta: fields.beta('maxBeta', 0.999),
      ...fields.zeroSnr(numTrainTimesteps),
    };
    fields.end('cosine', ['numTrainTimesteps', 'maxBeta', 'zeroTerminalSnr']);
    return config;
  },
  constant: (fields) => {
    const numTrainTimesteps = fields.timesteps();
    const config = {
      kind: 'constant' as const,
      numTrainTimesteps,
      beta: fields.beta('beta', 0.02),
      ...fields.zeroSnr(numTrainTimesteps),
    };
    fields.end('constant', ['numTrainTimesteps', 'beta', 'zeroTerminalSnr']);
    return config;
  },
  flow: (fields) => {
    const config = { kind: 'flow' as const, numTrainTimesteps: fields.timesteps(), shift: fields.shift() };
    fields.end('flow', ['numTrainTimesteps', 'shift']);
    return config;
  },
  sine: (fields) => {
    const config = { kind: 'sine' as const, numTrainTimesteps: fields.timesteps() };
    fields.end('sine', ['numTrainTimesteps']);
    return config;
  },
  trained: (fields) => {
    const betas = fields.take('betas');
    const zeroSnr = fields.zeroSnr(Array.isArray(betas) ? betas.length : 0);
    fields.end('trained', ['betas', 'zeroTerminalSnr']);
    if (!Array.isArray(betas) || betas.length < 1 || betas.length > MAX_TRAIN_TIMESTEPS) {
      const found = Array.isArray(betas) ? `an array of ${betas.length}` : typeof betas;
      return fail(
        `betas is ${found}; expected an array of 1 to ${MAX_TRAIN_TIMESTEPS} numbers, one per timestep.`,
      );
    }
    return { kind: 'trained', betas: betas.map((beta, t) => checkBeta(`betas[${t}]`, beta)), ...zeroSnr };
  },
};

/**
 * Parses a config from JSON and applies defaults.
 *
 * @throws `SCHEDULE_CONFIG` if the value is not an object, a kind or key is unknown, or a number is out of range
 */
export function parseScheduleConfig(value: unknown): FullScheduleConfig {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail(
      `got ${value === null ? 'null' : typeof value}; expected an object like { "kind": "linear" }.`,
    );
  }
  const fields = new Fields(value);
  const kind = fields.take('kind');
  const known = SCHEDULE_KINDS.find((each) => each === kind);
  if (known === undefined)
    return fail(`kind is ${showValue(kind)}; expected one of ${SCHEDULE_KINDS.join(', ')}.`);
  return PARSERS[known](fields);
}
