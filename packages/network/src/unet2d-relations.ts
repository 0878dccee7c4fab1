import { plural } from '@isonoise/error';
import { sidesOf } from './sides.ts';
import { type BlockKind, DOWN_BLOCKS, SKIP_IMAGE_CHANNELS, UP_BLOCKS } from './unet2d-blocks.ts';
import { TAGGED, type UNet2DConfig } from './unet2d-fields.ts';

/** Fields that are valid, apart from the relations between them. */
type Fields = Omit<UNet2DConfig, 'num_tags' | 'augment_dim'> & {
  readonly [F in 'num_tags' | 'augment_dim']?: number | null | undefined;
};

/** Returns the problems in the relations between fields. */
export function unet2dProblems(config: Fields): string[] {
  const { block_out_channels: channels, down_block_types: down, up_block_types: up } = config;
  const problems = conditionProblems(config);
  const levels = channels.length;
  if (down.length !== levels)
    problems.push(
      `down_block_types has ${plural(down.length, 'entry', 'entries')}; expected ${levels}, as in block_out_channels`,
    );
  if (up.length !== levels)
    problems.push(
      `up_block_types has ${plural(up.length, 'entry', 'entries')}; expected ${levels}, as in block_out_channels`,
    );
  const factor = 2 ** (levels - 1);
  const { height, width } = sidesOf(config.sample_size);
  if (height % factor !== 0 || width % factor !== 0) {
    problems.push(
      `sample_size is ${JSON.stringify(config.sample_size)}; expected a multiple of ${factor} for ${plural(levels, 'level')}`,
    );
  }
  const perLevel = channels.flatMap((_, level) => levelProblems(config, level));
  return [...problems, ...new Set(perLevel), ...skipProblems(config), ...timeProblems(config)];
}

/** Returns the problems in the relations between classes and tags. */
function conditionProblems({
  num_class_embeds: classes,
  num_tags: tags = null,
  class_embed_type: type,
}: Fields): string[] {
  return [
    ...(tags !== null && classes !== null
      ? [`num_tags is ${tags} and num_class_embeds ${classes}; expected only one of them`]
      : []),
    ...(tags === null && type === TAGGED ? [`class_embed_type is ${TAGGED}; expected num_tags with it`] : []),
    ...(classes === null && type === 'timestep'
      ? ['class_embed_type is timestep; expected num_class_embeds, the number of classes, with it']
      : []),
  ];
}

/** Returns the problems of skip blocks. */
function skipProblems({ in_channels, out_channels, down_block_types, up_block_types }: Fields): string[] {
  const downs: readonly BlockKind[] = down_block_types.map((name) => DOWN_BLOCKS[name]);
  const ups: readonly BlockKind[] = up_block_types.map((name) => UP_BLOCKS[name]);
  const isSkip = ({ resize }: BlockKind): boolean => resize === 'skip';
  // The coarsest level does not halve the image, and the finest level does not double it.
  const lastDown = downs.slice(0, -1).findLastIndex(isSkip);
  const firstUp = ups.slice(0, -1).findIndex(isSkip);
  return [
    ...(lastDown !== -1 && in_channels !== SKIP_IMAGE_CHANNELS
      ? [`in_channels is ${in_channels}; expected ${SKIP_IMAGE_CHANNELS} with skip blocks on the way down`]
      : []),
    ...(firstUp !== -1 && out_channels !== SKIP_IMAGE_CHANNELS
      ? [`out_channels is ${out_channels}; expected ${SKIP_IMAGE_CHANNELS} with skip blocks on the way up`]
      : []),
    ...(lastDown !== -1 && !downs.slice(0, lastDown).every(isSkip)
      ? [
          'down_block_types has a block of another type before a skip block; expected skip blocks at all finer levels',
        ]
      : []),
    ...(firstUp !== -1 && !ups.slice(firstUp).every(isSkip)
      ? ['up_block_types has another block after a skip block; expected skip blocks at all finer levels']
      : []),
  ];
}

/** Returns the problems of the encoding of timesteps. */
function timeProblems(config: Fields): string[] {
  const { time_embedding_type: type, num_train_timesteps: rows, freq_shift: shift } = config;
  if (type === 'learned' && rows === null)
    return ['num_train_timesteps is null; expected the number of rows of the learned time encoding'];
  const [first = 0] = config.block_out_channels;
  const frequencies = Math.floor(first / 2);
  if (type !== 'positional' || frequencies > shift) return [];
  return [
    `block_out_channels ${first} gives ${frequencies} frequencies for the time encoding; expected more than freq_shift ${shift}`,
  ];
}

/** Returns the problems of the norms and the attention of a level. */
function levelProblems(config: Fields, level: number): string[] {
  const { block_out_channels: channels, down_block_types: down, up_block_types: up } = config;
  const { norm_num_groups: groups, attention_head_dim: head } = config;
  const levels = channels.length;
  const count = channels[level] ?? 0;
  const kinds: readonly BlockKind[] = [
    DOWN_BLOCKS[down[level] ?? 'DownBlock2D'],
    UP_BLOCKS[up[levels - 1 - level] ?? 'UpBlock2D'],
  ];
  const isCoarsest = level === levels - 1; // the middle has the same channels
  const hasMiddle = isCoarsest && config.mid_block_type !== null;
  const usesGroups = level === 0 || hasMiddle || kinds.some(({ resize }) => resize !== 'skip');
  const attends = (hasMiddle && config.add_attention) || kinds.some((kind) => kind.attends);
  return [
    ...(groups === null && kinds.some(({ resize }) => resize !== 'skip')
      ? ['norm_num_groups is null; expected a number, because some blocks are not skip blocks']
      : []),
    ...(groups !== null && usesGroups && count % groups !== 0
      ? [`block_out_channels has ${count}; expected multiples of norm_num_groups ${groups}`]
      : []),
    ...(head !== null && attends && head > count
      ? [`block_out_channels has ${count}; expected at least attention_head_dim ${head}`]
      : []),
  ];
}
