import * as v from 'valibot';
import { NETWORK_LIMITS } from '../limits.ts';
import { count, parseConfig } from '../parse-config.ts';

const schema = v.strictObject({
  _class_name: v.literal('AwjulianiUNet'),
  sample_size: v.optional(v.pipe(count(NETWORK_LIMITS.side), v.multipleOf(8)), 32),
  in_channels: v.optional(count(NETWORK_LIMITS.channels), 1),
  base_channels: v.optional(v.pipe(count(NETWORK_LIMITS.channels), v.multipleOf(2)), 64),
  t_range: v.optional(count(NETWORK_LIMITS.timesteps), 1000),
  num_class_embeds: v.optional(v.null(), null),
  dropout: v.optional(v.literal(0), 0),
});

/** A validated configuration with every default filled in. */
export interface AwjulianiConfig {
  readonly _class_name: 'AwjulianiUNet';
  /** Height and width of the images, pixels; the reference has 32 (28×28 digits padded by 2). A multiple of 8. */
  readonly sample_size: number;
  /** Channels of x_t and of the answer. Default 1. */
  readonly in_channels: number;
  /** Channels at full size; 2, 4 and 4 times as many at the three smaller sizes. Default 64, the reference's. Even. */
  readonly base_channels: number;
  /**
   * Number of noise levels of the reference's training. Timesteps enter the network as they are, so it changes nothing
   * in it: it is kept so that a configuration says what the network was made for. Default 1000.
   */
  readonly t_range: number;
  /** The reference has neither classes nor dropout; training asks for these fields by name. */
  readonly num_class_embeds: null;
  readonly dropout: 0;
}

/** What a person writes: defaults may be left out. */
export type AwjulianiConfigInput = Partial<AwjulianiConfig> & Pick<AwjulianiConfig, '_class_name'>;

/**
 * Validates a configuration of the reference implementation's U-Net.
 *
 * @param input keys that start with `_`, `_class_name` excepted, are notes and dropped
 * @throws `NETWORK_CONFIG` that names each field that is wrong
 */
export function parseAwjulianiConfig(input: unknown): AwjulianiConfig {
  return parseConfig(schema, input, () => []);
}
