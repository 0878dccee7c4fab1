import type { ModelSpec } from '@isonoise/bundle';
import { PROVIDER_NAMES } from '@isonoise/runtime/provider-names';
import { PREDICTION_TYPES } from '@isonoise/schedule';
import * as v from 'valibot';
import type { ModelSummary } from './model-summary.ts';
import { savedRunSchema } from './resume-body.ts';
import type { ApiError, StreamEventName, StreamEvents } from './stream-event.ts';

/**
 * Schemas of responses, for the API document and tests. Programs use the types `ModelList`, `ApiError` and
 * `StreamEvents`; the compiler checks that the schemas match these types. The schemas omit the scheduler settings,
 * which only samplers use.
 */

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const milliseconds = v.pipe(v.number(), v.minValue(0));
const values = v.pipe(
  v.string(),
  v.description('float32, little-endian, [count, C, H, W] in [-1, 1], as base64.'),
);

const provider = v.object({
  name: v.picklist(PROVIDER_NAMES),
  reason: v.pipe(v.string(), v.description('Reason for this choice, to be shown to the user.')),
});

const spec = v.object({
  name: v.string(),
  image: v.object({ channels: count, height: count, width: count }),
  pixels: v.pipe(
    v.optional(v.literal('premultiplied-rgba')),
    v.description(
      'Meaning of the channels: red, green and blue, each multiplied by alpha, and alpha. If absent, 1 channel is grey, and 3 are red, green and blue.',
    ),
  ),
  dataRange: v.strictTuple([v.number(), v.number()]),
  scheduler: v.looseObject({
    num_train_timesteps: count,
    beta_schedule: v.string(),
    prediction_type: v.picklist(PREDICTION_TYPES),
  }),
  classes: v.nullable(
    v.object({
      count: v.pipe(count, v.description('Including the null class.')),
      names: v.array(v.string()),
      nullClass: v.nullable(count),
    }),
  ),
  tags: v.pipe(
    v.optional(v.object({ names: v.array(v.string()), counts: v.array(count), dropped: v.boolean() })),
    v.description(
      'Present only for a model with tags: their names, the most common first, the number of training images with each, ' +
        'and whether training dropped all tags of some images, which guidance needs.',
    ),
  ),
  fractionalTimes: v.pipe(
    v.optional(v.literal(true)),
    v.description(
      'Whether timesteps may be fractional, as grids of sigmas require. If absent, only whole timesteps are allowed.',
    ),
  ),
});

/** {@link ModelSummary} without the scheduler settings. */
interface ListedModel extends Omit<ModelSummary, 'spec'> {
  readonly spec: Omit<ModelSpec, 'scheduler'>;
}

export const modelListSchema: v.GenericSchema<{ readonly models: readonly ListedModel[] }> = v.object({
  models: v.array(
    v.object({
      name: v.pipe(v.string(), v.description('Value of model in a request.')),
      url: v.pipe(v.string(), v.description('Address of its files, relative to the root of the server.')),
      spec,
      guidance: v.pipe(
        v.number(),
        v.description(
          'Guidance scale of requests that have a class or tags but no guidance: the scale that the model recommends, or ' +
            'the default of isonoise. 1 for a model that cannot be guided.',
        ),
      ),
      sha256: v.pipe(
        v.string(),
        v.description('SHA-256 of the network; a saved run of the model contains it as `model`.'),
      ),
      bytes: count,
      provider: v.pipe(v.nullable(provider), v.description('null until the first request loads the model.')),
      flops: v.pipe(count, v.description('Floating-point operations per image and evaluation.')),
      budget: v.pipe(count, v.description('Maximum count × steps per request; guided images count twice.')),
    }),
  ),
});

const problem = v.object({
  code: v.pipe(v.string(), v.description('Stable code for programs.')),
  message: v.pipe(
    v.string(),
    v.description('Message for the user: what was found, what was expected, what to do.'),
  ),
  requestId: v.string(),
});

export const apiErrorSchema: v.GenericSchema<ApiError> = v.object({ error: problem });

/** The `data:` of each event of a stream, as JSON. */
export const streamEventSchemas: {
  readonly [K in StreamEventName]: v.GenericSchema<StreamEvents[K]>;
} = {
  begin: v.object({
    id: v.string(),
    provider,
    steps: count,
    class: v.pipe(v.nullable(count), v.description('Class index if all images have the same class.')),
    notes: v.pipe(v.array(v.string()), v.description('Notes for the caller; usually empty.')),
  }),
  step: v.object({
    step: v.pipe(count, v.description('Number of steps done, from 1.')),
    steps: count,
    t: v.pipe(count, v.description('Timestep at which the step started.')),
    elapsedMs: milliseconds,
    remainingMs: milliseconds,
    preview: v.exactOptional(values),
    saved: v.exactOptional(savedRunSchema),
  }),
  result: v.object({
    shape: v.strictTuple([count, count, count, count]),
    values,
    elapsedMs: milliseconds,
  }),
  error: problem,
};
