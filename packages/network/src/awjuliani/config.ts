import * as v from 'valibot';
import { NETWORK_LIMITS } from '../limits.ts';
import { count, parseConfig } from '../parse-config.ts';

/** The class name of the architecture. */
export const AWJULIANI_UNET = 'AwjulianiUNet';

const schema = v.strictObject({
  _class_name: v.literal(AWJULIANI_UNET),
  sample_size: v.optional(v.pipe(count(NETWORK_LIMITS.side), v.multipleOf(8)), 32),
  in_channels: v.optional(count(NETWORK_LIMITS.channels), 1),
  base_channels: v.optional(v.pipe(count(NETWORK_LIMITS.channels), v.multipleOf(2)), 64),
  t_range: v.optional(count(NETWORK_LIMITS.timesteps), 1000),
  num_class_embeds: v.optional(v.null(), null),
  dropout: v.optional(v.literal(0), 0),
});

/** A validated configuration with all defaults filled in. */
export interface AwjulianiConfig {
  readonly _class_name: typeof AWJULIANI_UNET;
  /**
   * Height and width of the images in pixels, a multiple of 8. Default 32, as in the reference, which pads 28×28 digits
   * by 2.
   */
  readonly sample_size: number;
  /** Channels of x_t and of the output. Default 1. */
  readonly in_channels: number;
  /**
   * Channels at full size, an even number. The three smaller sizes have 2, 4 and 4 times this number. Default
   * 64, as in the reference.
   */
  readonly base_channels: number;
  /**
   * Number of noise levels in the reference's training. It documents the training, and does not affect the network.
   * Default 1000.
   */
  readonly t_range: number;
  /**
   * Always null; `dropout` is always 0. The reference does not support classes or dropout, but training reads these
   * fields.
   */
  readonly num_class_embeds: null;
  readonly dropout: 0;
}

/** Configuration as written by users; fields with defaults are optional. */
export type AwjulianiConfigInput = Partial<AwjulianiConfig> & Pick<AwjulianiConfig, '_class_name'>;

/**
 * Validates a configuration of the reference implementation's U-Net.
 *
 * @param input keys that start with `_`, except `_class_name`, are notes and are ignored
 * @throws `NETWORK_CONFIG` if fields are wrong; the message names each of them
 */
export function parseAwjulianiConfig(input: unknown): AwjulianiConfig {
  return parseConfig(schema, input, () => []);
}
