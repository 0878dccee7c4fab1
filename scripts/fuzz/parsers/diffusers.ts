import { encodeSafetensors, toSchedulerConfig } from '@isonoise/bundle';
import { findModel, importModel, type SourceFile } from '@isonoise/import';
import { createNetwork, parameterSize } from '@isonoise/network';
import { scriptError } from '../../script-error.ts';
import { FuzzRandom } from '../random.ts';
import type { FuzzTarget } from '../target.ts';
import { attempt } from './attempt.ts';
import { type Json, mutatedJson } from './mutate-json.ts';

const SHARDS = 'diffusion_pytorch_model.safetensors.index.json';
const config = {
  _class_name: 'UNet2DModel',
  _diffusers_version: '0.42.1',
  sample_size: 8,
  in_channels: 1,
  out_channels: 1,
  block_out_channels: [4, 8],
  down_block_types: ['DownBlock2D', 'AttnDownBlock2D'],
  up_block_types: ['AttnUpBlock2D', 'UpBlock2D'],
  layers_per_block: 1,
  norm_num_groups: 2,
  attention_head_dim: 4,
  num_class_embeds: 3,
};
const { parameters } = createNetwork(config).network;
const half = Math.ceil(parameters.length / 2);
const halves = [parameters.slice(0, half), parameters.slice(half)];
const shards = halves.map((part) =>
  encodeSafetensors(
    part.map((each) => ({
      name: each.name,
      dtype: 'F32',
      shape: each.shape,
      data: new Float32Array(parameterSize(each)),
    })),
  ),
);
const shardName = (i: number): string => `diffusion_pytorch_model-0000${i + 1}-of-00002.safetensors`;

/** JSON files of a diffusers folder whose weights are in two shards. */
const FOLDER: Readonly<Record<string, Json>> = {
  'model_index.json': {
    _class_name: 'DDPMPipeline',
    unet: ['diffusers', 'UNet2DModel'],
    scheduler: ['diffusers', 'DDPMScheduler'],
  },
  'unet/config.json': config,
  'scheduler/scheduler_config.json': JSON.parse(
    JSON.stringify(toSchedulerConfig({ kind: 'linear' })),
  ) as Json,
  [`unet/${SHARDS}`]: {
    metadata: { total_size: 1 },
    weight_map: Object.fromEntries(halves.flatMap((part, i) => part.map(({ name }) => [name, shardName(i)]))),
  },
};
const names = Object.keys(FOLDER);
const PROTOTYPE_KEYS = Reflect.ownKeys(Object.prototype).length;

async function read(changed: string, text: string): Promise<void> {
  const encoder = new TextEncoder();
  const files = new Map<string, Uint8Array>(
    names.map((name) => [name, encoder.encode(name === changed ? text : JSON.stringify(FOLDER[name]))]),
  );
  for (const [i, bytes] of shards.entries()) files.set(`unet/${shardName(i)}`, bytes);
  const open = async (path: string): Promise<SourceFile> => {
    const bytes = files.get(path);
    if (bytes === undefined)
      throw scriptError('FUZZ_FINDING', `a file outside the folder was opened: ${path}`);
    return { size: bytes.length, description: path, read: async (start, end) => bytes.slice(start, end) };
  };
  const found = await findModel({ description: 'it', list: async () => [...files.keys()], open });
  const { theta } = await importModel(found, { name: 'it' });
  if (!theta.every(Number.isFinite)) throw scriptError('FUZZ_FINDING', 'a weight is not finite');
  if (Reflect.ownKeys(Object.prototype).length !== PROTOTYPE_KEYS)
    throw scriptError('FUZZ_FINDING', 'the keys of Object.prototype changed');
}

export const diffusersTarget: FuzzTarget = {
  about: `folders of diffusers in which one file has a changed value: ${names.join(', ')}; only files of the folder may be opened`,
  tryOne: async (seed) => {
    const random = new FuzzRandom(seed);
    const name = random.pick(names);
    const text = mutatedJson(FOLDER[name] ?? null, random);
    return attempt(() => read(name, text));
  },
};
