/** How a block changes the size of the image, and whether it attends. */
export interface BlockKind {
  /** Whether the block has self-attention. */
  readonly attends: boolean;
  /**
   * - `conv`: a convolution of stride 2, or repeated pixels and a convolution.
   * - `configured`: `downsample_type` or `upsample_type` of the configuration decides.
   * - `resnet`: a residual block that resamples its input.
   * - `skip`: a residual block with the filter of StyleGAN2. The image itself is resampled too, and added at each level
   *   (NCSN++ of Song et al. 2021).
   */
  readonly resize: 'conv' | 'configured' | 'resnet' | 'skip';
}

export type DownBlockName =
  | 'DownBlock2D'
  | 'AttnDownBlock2D'
  | 'ResnetDownsampleBlock2D'
  | 'SkipDownBlock2D'
  | 'AttnSkipDownBlock2D';

export type UpBlockName =
  | 'UpBlock2D'
  | 'AttnUpBlock2D'
  | 'ResnetUpsampleBlock2D'
  | 'SkipUpBlock2D'
  | 'AttnSkipUpBlock2D';

/** Blocks on the way down, by their names in diffusers. */
export const DOWN_BLOCKS: Readonly<Record<DownBlockName, BlockKind>> = {
  DownBlock2D: { attends: false, resize: 'conv' },
  AttnDownBlock2D: { attends: true, resize: 'configured' },
  ResnetDownsampleBlock2D: { attends: false, resize: 'resnet' },
  SkipDownBlock2D: { attends: false, resize: 'skip' },
  AttnSkipDownBlock2D: { attends: true, resize: 'skip' },
};

/** Blocks on the way up, by their names in diffusers. */
export const UP_BLOCKS: Readonly<Record<UpBlockName, BlockKind>> = {
  UpBlock2D: { attends: false, resize: 'conv' },
  AttnUpBlock2D: { attends: true, resize: 'configured' },
  ResnetUpsampleBlock2D: { attends: false, resize: 'resnet' },
  SkipUpBlock2D: { attends: false, resize: 'skip' },
  AttnSkipUpBlock2D: { attends: true, resize: 'skip' },
};

export const DOWN_BLOCK_NAMES: readonly DownBlockName[] = Object.keys(DOWN_BLOCKS) as DownBlockName[];
export const UP_BLOCK_NAMES: readonly UpBlockName[] = Object.keys(UP_BLOCKS) as UpBlockName[];

/** Returns the number of groups in the norms of skip blocks, which the configuration does not determine. */
export const skipGroups = (channels: number): number => Math.min(Math.floor(channels / 4), 32);

/** Number of groups in the norm before the attention of skip blocks. */
export const SKIP_ATTENTION_GROUPS = 32;

/** Channels of the image in networks with skip blocks; diffusers fixes them. */
export const SKIP_IMAGE_CHANNELS = 3;
