import type { ActivationName } from './activation.ts';
import type { SampleSize } from './sides.ts';
import type { TIME_TYPES } from './time-input.ts';
import type { DownBlockName, UpBlockName } from './unet2d-blocks.ts';

/** The class name of the U-Net, here and in diffusers. */
export const UNET2D = 'UNet2DModel';

/**
 * The class name of a `UNet2DModel` for tiles. In its convolutions, the image wraps around at the edges, so drawn
 * images repeat without a seam. diffusers has neither this class nor the names that its blocks have in files, so it
 * refuses such a model instead of drawing images with seams.
 */
export const TILEABLE_UNET = 'TileableUNet2D';

/**
 * Class embedding type of models with tags. In diffusers, this type adds given vectors to the time embedding. Here,
 * the vectors are the rows of tags multiplied by the tag embedding.
 */
export const TAGGED = 'identity';

/** A validated configuration with all defaults filled in. */
export interface UNet2DConfig {
  readonly _class_name: typeof UNET2D | typeof TILEABLE_UNET;
  /** Side of square images, or height and width, in pixels; both divisible by 2^(levels − 1). */
  readonly sample_size: SampleSize;
  /** Channels of x_t. Default 1. */
  readonly in_channels: number;
  /** Channels of the output. Default 1. */
  readonly out_channels: number;
  /** Residual blocks at each level on the way down; one more on the way up. Default 1. */
  readonly layers_per_block: number;
  /** Channels at each level, finest first. */
  readonly block_out_channels: readonly number[];
  /** Type of each level, finest first; `AttnDownBlock2D` has self-attention after each residual block. */
  readonly down_block_types: readonly DownBlockName[];
  /** Type of each level, coarsest first. */
  readonly up_block_types: readonly UpBlockName[];
  /**
   * Channels of an attention head; null means one head over all channels, as in Ho et al. If it does not
   * divide the channels, the number of heads is rounded down. Default null.
   */
  readonly attention_head_dim: number | null;
  /** Groups of GroupNorm; null only if all blocks are skip blocks, which have groups of their own. Default 8. */
  readonly norm_num_groups: number | null;
  /** ε of GroupNorm. Default 1e-5. */
  readonly norm_eps: number;
  /**
   * Share of activations dropped before the second convolution of a residual block while training. Default 0.
   */
  readonly dropout: number;
  /**
   * Padding of the stride-2 convolutions: 0 is Ho et al.'s asymmetric (0, 1, 0, 1),
   * 1 is symmetric. Default 1.
   */
  readonly downsample_padding: 0 | 1;
  /** Order of the halves of the time encoding: cosines first if true. Default true. */
  readonly flip_sin_to_cos: boolean;
  /** Number subtracted from the number of frequencies in {@link timeEncoding}. Default 0; Ho et al. use 1. */
  readonly freq_shift: number;
  /** Whether the network first maps x to 2x − 1. Default false. */
  readonly center_input_sample: boolean;
  /**
   * Rows of the class embedding: one for each class, and one for "no class" if labels are dropped in training. Default
   * null: no classes.
   */
  readonly num_class_embeds: number | null;
  /**
   * Rows of the tag embedding. A network cannot have both classes and tags. Default: no tags. diffusers does not have
   * this field, so it is absent without tags.
   */
  readonly num_tags?: number;
  /**
   * Labels of the transforms of an augmented image. Only a network in training has them; a model does not. Default: no
   * augmentation. diffusers does not have this field, so it is absent without augmentation.
   */
  readonly augment_dim?: number;
  /** Rows of a learned time encoding; other encodings do not use this field. Default null. */
  readonly num_train_timesteps: number | null;
  /** Whether the middle, between the coarsest levels, has self-attention. Default true. */
  readonly add_attention: boolean;
  /** Activation of the residual blocks. Default `silu`. */
  readonly act_fn: ActivationName;
  /**
   * Encoding of timesteps. Default `positional`.
   *
   * - `positional`: sines and cosines.
   * - `fourier`: Fourier features of ln t. The network divides its output by t.
   * - `learned`: a learned row for each timestep.
   */
  readonly time_embedding_type: (typeof TIME_TYPES)[number];
  /** Whether the time projection is added, or scales and shifts the second norm of a residual block. */
  readonly resnet_time_scale_shift: 'default' | 'scale_shift';
  /** How `AttnDownBlock2D` halves its features; other blocks do not use this field. Default `conv`. */
  readonly downsample_type: 'conv' | 'resnet';
  /** How `AttnUpBlock2D` doubles its features; other blocks do not use this field. Default `conv`. */
  readonly upsample_type: 'conv' | 'resnet';
  /** Type of the middle; null for a network without a middle. */
  readonly mid_block_type: 'UNetMidBlock2D' | null;
  /** Each result in the middle is divided by this number. Default 1. */
  readonly mid_block_scale_factor: number;
  /**
   * Number of groups of the group norm before the attention in the middle. Default: `norm_num_groups`; with
   * `scale_shift`, the attention has no norm by default.
   */
  readonly attn_norm_num_groups: number | null;
  /** Features of the time embedding. Default: four times the channels of the finest level. */
  readonly time_embedding_dim: number | null;
  /**
   * Embedding of classes or tags: `identity` for tags; `timestep` to encode the number of a class as if it were a timestep;
   * null for a learned row for each class.
   */
  readonly class_embed_type: typeof TAGGED | 'timestep' | null;
}

/** Configuration as written by users; fields with defaults are optional. */
export type UNet2DConfigInput = Partial<UNet2DConfig> &
  Pick<UNet2DConfig, 'sample_size' | 'block_out_channels' | 'down_block_types' | 'up_block_types'>;
