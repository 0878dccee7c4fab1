import { DATASET_NAMES, isDatasetName } from '@isonoise/data/node';
import {
  drawingSamplers,
  GUIDANCE_EXPECTED,
  isGuidance,
  PLAN_LIMITS,
  type SamplerName,
} from '@isonoise/sampler';
import { MAX_TRAIN_TIMESTEPS } from '@isonoise/schedule';
import { parseFlags, wholeNumber } from '../parse-flags.ts';
import { scriptError } from '../script-error.ts';

export interface QualityOptions {
  /** Folder of the bundle. */
  readonly model: string;
  /** Name of the data set; a drawn image is judged by its nearest image there. */
  readonly dataset: string;
  /** Number of images to draw. */
  readonly count: number;
  /** Default: the model's. */
  readonly sampler: SamplerName | undefined;
  /** Default: the sampler's. */
  readonly steps: number | undefined;
  readonly guidance: number;
  /** Seed, as decimal digits. */
  readonly seed: string;
  /** Whether to write the result into the model card. */
  readonly write: boolean;
  readonly help: boolean;
}

/**
 * Reads the command line.
 *
 * @throws `QUALITY_USAGE` no model, an unknown flag or data set, or an invalid number
 */
export function parseOptions(args: readonly string[]): QualityOptions {
  const { values, positionals } = parseFlags(args, FLAGS, (reason, cause) =>
    scriptError('QUALITY_USAGE', `quality: ${reason}`, { cause }),
  );
  const { dataset = 'mnist', seed = '1', write = false, help = false } = values;
  const [model, ...more] = positionals;
  if (!help && (model === undefined || model === '' || more.length > 0)) {
    throw scriptError(
      'QUALITY_USAGE',
      `quality: got ${positionals.join(', ') || 'no model'}; expected the folder of one model, such as models/mnist.`,
    );
  }
  const { guidance: scale = '2' } = values;
  const guidance = scale.trim() === '' ? Number.NaN : Number(scale);
  if (!isGuidance(guidance)) {
    throw scriptError(
      'QUALITY_USAGE',
      `quality: --guidance is ${JSON.stringify(scale)}; expected ${GUIDANCE_EXPECTED}.`,
    );
  }
  if (!/^\d{1,20}$/.test(seed) || BigInt(seed) >= 2n ** 64n) {
    throw scriptError(
      'QUALITY_USAGE',
      `quality: --seed is ${JSON.stringify(seed)}; expected a whole number from 0 to 18446744073709551615.`,
    );
  }
  if (!isDatasetName(dataset)) {
    throw scriptError(
      'QUALITY_USAGE',
      `quality: --dataset is ${JSON.stringify(dataset)}; expected one of ${DATASET_NAMES.join(', ')}.`,
    );
  }
  const sampler = drawingSamplers.find((name) => name === values.sampler);
  if (values.sampler !== undefined && sampler === undefined) {
    throw scriptError(
      'QUALITY_USAGE',
      `quality: --sampler is ${JSON.stringify(values.sampler)}; expected one of ${drawingSamplers.join(', ')}.`,
    );
  }
  return {
    model: model ?? '',
    dataset,
    count: whole('count', values.count ?? '640', PLAN_LIMITS.images),
    sampler,
    steps: values.steps === undefined ? undefined : whole('steps', values.steps, MAX_TRAIN_TIMESTEPS),
    guidance,
    seed,
    write,
    help,
  };
}

function whole(name: string, text: string, most: number): number {
  const value = wholeNumber(text, 1, most);
  if (value !== undefined) return value;
  throw scriptError(
    'QUALITY_USAGE',
    `quality: --${name} is ${JSON.stringify(text)}; expected a whole number from 1 to ${most}.`,
  );
}

const FLAGS = {
  dataset: { type: 'string' },
  count: { type: 'string' },
  sampler: { type: 'string' },
  steps: { type: 'string' },
  guidance: { type: 'string' },
  seed: { type: 'string' },
  write: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;
