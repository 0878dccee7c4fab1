import type { ModelSpec } from '@isonoise/bundle';
import * as v from 'valibot';
import type { ModelSummary } from './model-summary.ts';
import type { ApiError, StreamEventName, StreamEvents } from './stream-event.ts';

/**
 * The answers as schemas, for the API's document and for tests; programs use the types `ModelList`, `ApiError` and
 * `StreamEvents`, which say the same: the compiler holds the schemas to them. Settings of the scheduler that only
 * samplers read are not listed.
 */

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const milliseconds = v.pipe(v.number(), v.minValue(0));
const values = v.pipe(
  v.string(),
  v.description('float32, little-endian, [count, C, H, W] in [-1, 1], as base64.'),
);

const provider = v.object({
  name: v.picklist(['cpu', 'cuda', 'webgpu', 'wasm']),
  reason: v.pipe(v.string(), v.description('For people: why this one.')),
});

const spec = v.object({
  name: v.string(),
  image: v.object({ channels: count, height: count, width: count }),
  dataRange: v.strictTuple([v.number(), v.number()]),
  scheduler: v.looseObject({
    num_train_timesteps: count,
    beta_schedule: v.string(),
    prediction_type: v.picklist(['epsilon', 'sample', 'v_prediction']),
  }),
  classes: v.nullable(
    v.object({
      count: v.pipe(count, v.description('With the null class.')),
      names: v.array(v.string()),
      nullClass: v.nullable(count),
    }),
  ),
});

/** {@link ModelSummary}, but for the scheduler's settings. */
interface ListedModel extends Omit<ModelSummary, 'spec'> {
  readonly spec: Omit<ModelSpec, 'scheduler'>;
}

export const modelListSchema: v.GenericSchema<{ readonly models: readonly ListedModel[] }> = v.object({
  models: v.array(
    v.object({
      name: v.pipe(v.string(), v.description('What model in a request says.')),
      url: v.pipe(v.string(), v.description('Where its files are, relative to the root of the server.')),
      spec,
      bytes: count,
      provider: v.pipe(v.nullable(provider), v.description('null until its first request loads it.')),
      flops: v.pipe(count, v.description('Floating-point operations of one image through the network.')),
      budget: v.pipe(count, v.description('Most count × steps of one request; guided images count twice.')),
    }),
  ),
});

const problem = v.object({
  code: v.pipe(v.string(), v.description('Stable, for programs.')),
  message: v.pipe(v.string(), v.description('For people: what was got, what is wanted, what to do.')),
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
    class: v.pipe(v.nullable(count), v.description('Number of the class, where it is one for all images.')),
    notes: v.pipe(v.array(v.string()), v.description('What the caller should know; mostly empty.')),
  }),
  step: v.object({
    step: v.pipe(count, v.description('Steps done, from 1.')),
    steps: count,
    t: v.pipe(count, v.description('The timestep that the step started from.')),
    elapsedMs: milliseconds,
    remainingMs: milliseconds,
    preview: v.exactOptional(values),
  }),
  result: v.object({
    shape: v.strictTuple([count, count, count, count]),
    values,
    elapsedMs: milliseconds,
  }),
  error: problem,
};
