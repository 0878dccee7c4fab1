import * as v from 'valibot';
import { bundleError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { finite, parseWith, positiveWhole } from './schema.ts';

/** Classes of diffusers for flow matching. Both describe the same process; the request chooses our sampler. */
const CLASSES = ['FlowMatchEulerDiscreteScheduler', 'FlowMatchHeunDiscreteScheduler'] as const;

/** Content of `scheduler/scheduler_config.json` for a flow schedule, with the keys and defaults of diffusers. */
export interface FlowSchedulerConfig extends JsonObject {
  readonly _class_name: (typeof CLASSES)[number];
  readonly num_train_timesteps: number;
  readonly shift: number;
}

const shared = {
  num_train_timesteps: v.optional(positiveWhole, 1000),
  shift: v.optional(finite, 1),
};

/** Keys that are kept but ignored: only dynamic shifting uses them, and it is rejected. */
const dynamic = {
  base_image_seq_len: v.optional(finite, 256),
  base_shift: v.optional(v.nullable(finite), 0.5),
  max_image_seq_len: v.optional(finite, 4096),
  max_shift: v.optional(v.nullable(finite), 1.15),
  time_shift_type: v.optional(v.picklist(['exponential', 'linear']), 'exponential'),
};

/** Settings with one supported value: others would change the timesteps or the steps. */
const single = {
  invert_sigmas: v.optional(v.literal(false), false),
  shift_terminal: v.optional(v.null(), null),
  stochastic_sampling: v.optional(v.literal(false), false),
  use_beta_sigmas: v.optional(v.literal(false), false),
  use_dynamic_shifting: v.optional(v.literal(false), false),
  use_exponential_sigmas: v.optional(v.literal(false), false),
  use_karras_sigmas: v.optional(v.literal(false), false),
};

const SCHEMAS: {
  readonly [K in (typeof CLASSES)[number]]: v.LooseObjectSchema<v.ObjectEntries, undefined>;
} = {
  FlowMatchEulerDiscreteScheduler: v.looseObject({
    _class_name: v.literal('FlowMatchEulerDiscreteScheduler'),
    ...shared,
    ...dynamic,
    ...single,
  }),
  FlowMatchHeunDiscreteScheduler: v.looseObject({
    _class_name: v.literal('FlowMatchHeunDiscreteScheduler'),
    ...shared,
  }),
};

/** The class of a file, if it is one for flow matching. */
function classOf(value: unknown): (typeof CLASSES)[number] | undefined {
  if (typeof value !== 'object' || value === null || !('_class_name' in value)) return undefined;
  return CLASSES.find((name) => name === value._class_name);
}

/** Whether parsed JSON names a scheduler for flow matching. */
export const isFlowScheduler = (value: unknown): boolean => classOf(value) !== undefined;

/** Parses the settings of a scheduler for flow matching. @throws `BUNDLE_FILE_INVALID` listing every invalid field */
export function parseFlowScheduler(value: unknown, source: string): FlowSchedulerConfig {
  const schema = SCHEMAS[classOf(value) ?? 'FlowMatchEulerDiscreteScheduler'];
  const config = parseWith(schema, value, source) as FlowSchedulerConfig;
  const known = Object.keys(schema.entries);
  const unknown = Object.keys(config).filter((key) => !key.startsWith('_') && !known.includes(key));
  if (unknown.length > 0) {
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${source}: got unsupported settings ${unknown.join(', ')} for ${config._class_name}; expected only ` +
        `${known.join(', ')}. Remove them, or sample the model with diffusers.`,
    );
  }
  return config;
}
