import * as v from 'valibot';
import { parseConfig, positive } from '../parse-config.ts';

const schema = v.strictObject({
  _class_name: v.literal('AwjulianiUNet'),
  /** Height and width of the images, pixels; the reference has 32 (28×28 digits padded by 2). A multiple of 8. */
  sample_size: v.optional(v.pipe(positive, v.multipleOf(8)), 32),
  /** Channels of x_t and of the answer. */
  in_channels: v.optional(positive, 1),
  /** Channels at full size; 2, 4 and 4 times as many at the three smaller sizes. The reference has 64. Even. */
  base_channels: v.optional(v.pipe(positive, v.multipleOf(2)), 64),
  /**
   * Number of noise levels of the reference's training. Timesteps enter the network as they are, so it changes nothing
   * in it: it is kept so that a configuration says what the network was made for.
   */
  t_range: v.optional(positive, 1000),
  /** The reference has neither classes nor dropout; training asks for these fields by name. */
  num_class_embeds: v.optional(v.null(), null),
  dropout: v.optional(v.literal(0), 0),
});

/** A validated configuration with every default filled in. */
export type AwjulianiConfig = v.InferOutput<typeof schema>;

/** What a person writes: defaults may be left out. */
export type AwjulianiConfigInput = v.InferInput<typeof schema>;

/**
 * Validates a configuration of the reference implementation's U-Net.
 *
 * @param input keys that start with `_`, `_class_name` excepted, are notes and dropped
 * @throws UNetConfigError that names each field that is wrong
 */
export function parseAwjulianiConfig(input: unknown): AwjulianiConfig {
  return parseConfig(schema, input, () => []);
}
