import { printable } from '@isonoise/error';
import {
  DEFAULT_GUIDANCE,
  DEFAULT_SAMPLERS,
  GUIDANCE_EXPECTED,
  isGuidance,
  samplers,
} from '@isonoise/sampler';
import { defaultPrediction, processOf, timestepsOf } from '@isonoise/schedule';
import * as v from 'valibot';
import { isAugmented } from './augmentation/augmentation.ts';
import { augmentationSchema } from './config-schema/augmentation-schema.ts';
import { contradictions } from './config-schema/contradictions.ts';
import { emaSchema } from './config-schema/ema-schema.ts';
import { objectiveSchema } from './config-schema/objective-schema.ts';
import { optimizerSchema } from './config-schema/optimizer-schema.ts';
import { scheduleSchema } from './config-schema/schedule-schema.ts';
import { exact, isFields, notArray, positive, share, whole, withDefaults } from './config-schema/values.ts';
import { withCurrentNames } from './current-names.ts';
import { trainError } from './errors.ts';
import { DECAY_SHARE, LEARNING_RATE_KINDS } from './learning-rate.ts';
import { TRAIN_LIMITS } from './limits.ts';
import { BEST_BY } from './quality.ts';
import type { TrainConfig } from './train-config.ts';

/** Default probability of dropping a single tag. With it, half of the images with three tags keep all of them. */
const DEFAULT_TAG_DROPOUT = 0.2;

const schema = v.pipe(
  exact({
    dataset: v.pipe(v.string(), v.nonEmpty()),
    batchSize: v.optional(whole(1, TRAIN_LIMITS.images), 64),
    steps: v.optional(whole(1, TRAIN_LIMITS.steps), 10_000),
    minutes: v.optional(v.pipe(positive, v.maxValue(TRAIN_LIMITS.minutes))),
    stepPlans: v.optional(v.array(v.tuple([whole(0), whole(1, TRAIN_LIMITS.steps)]))),
    seed: v.optional(whole(0), 0),
    from: v.optional(
      exact({
        name: v.pipe(v.string(), v.nonEmpty()),
        sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')),
      }),
    ),
    network: v.pipe(
      notArray,
      v.looseObject({
        dropout: v.optional(share),
        num_class_embeds: v.optional(v.nullable(whole(1))),
        num_tags: v.optional(v.nullable(whole(1))),
        augment_dim: v.optional(v.nullable(whole(1))),
      }),
    ),
    schedule: v.optional(scheduleSchema, { kind: 'linear' }),
    objective: withDefaults(objectiveSchema),
    optimizer: withDefaults(optimizerSchema),
    learningRateSchedule: withDefaults(
      exact({
        kind: v.optional(v.picklist(LEARNING_RATE_KINDS), 'cosine'),
        warmupSteps: v.optional(whole(0)),
        decayShare: v.optional(v.pipe(positive, v.maxValue(1))),
      }),
    ),
    ema: withDefaults(emaSchema),
    // null means the default. It keeps the position of an omitted field, so equal configurations give equal JSON.
    labelDropout: v.optional(v.nullable(share), null),
    tagDropout: v.optional(share),
    flip: v.optional(v.boolean(), false),
    augmentation: v.optional(augmentationSchema),
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
  // Fill in defaults that depend on other fields.
  v.transform((config): TrainConfig => {
    const tagged = (config.network.num_tags ?? null) !== null;
    const conditional = tagged || (config.network.num_class_embeds ?? null) !== null;
    const { augmentation, ...others } = config;
    const labelDropout = config.labelDropout ?? (conditional ? 0.1 : 0);
    const { prediction = defaultPrediction(config.schedule.kind), ...objective } = config.objective;
    const {
      kind,
      warmupSteps = Math.min(200, Math.floor(config.steps / 10)),
      decayShare = kind === 'warmup-stable-decay' ? DECAY_SHARE : undefined,
    } = config.learningRateSchedule;
    return {
      ...others,
      ...(isAugmented(augmentation) && { augmentation }),
      objective: { prediction, ...objective },
      learningRateSchedule: { kind, warmupSteps, ...(decayShare !== undefined && { decayShare }) },
      labelDropout,
      ...(tagged && { tagDropout: config.tagDropout ?? DEFAULT_TAG_DROPOUT }),
      sampleSteps: config.sampleSteps ?? defaultSampleSteps(config.schedule),
      guidance: config.guidance ?? (labelDropout > 0 ? DEFAULT_GUIDANCE : 1),
    };
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const problem of contradictions(dataset.value)) addIssue({ message: problem });
  }),
);

/** Returns the default number of steps for sample sheets, which depends on the sampler of the schedule. */
function defaultSampleSteps(schedule: TrainConfig['schedule']): number {
  return samplers[DEFAULT_SAMPLERS[processOf(schedule.kind)]].defaultSteps(timestepsOf(schedule));
}

/**
 * Parses a training configuration. Fills in defaults, and refuses unknown fields. Accepts field names of earlier
 * versions.
 *
 * @param input a {@link TrainConfigInput}, or any other value read from a file
 * @throws `TRAIN_CONFIG` naming each invalid field; for an unknown field, the message lists the known ones
 */
export function parseTrainConfig(input: unknown): TrainConfig {
  const result = v.safeParse(schema, isFields(input) ? withCurrentNames(input) : input);
  if (result.success) return result.output;
  const problems = result.issues.map(
    (issue) => `  ${printable(`${v.getDotPath(issue) ?? '(whole)'}: ${issue.message}`)}`,
  );
  throw trainError('TRAIN_CONFIG', `training configuration:\n${problems.join('\n')}`);
}
