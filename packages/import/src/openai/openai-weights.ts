import type { StoredTensor, TensorGroup } from '../stored-tensor.ts';
import { prefixesOf } from '../weight-names.ts';
import type { OpenAiConfig } from './openai-config.ts';

/** Name of a weight that every network of these repositories has. */
const FIRST = 'input_blocks.0.0.weight';

/** Names of the parts of a residual block, with their names in diffusers. */
const RESNET: Readonly<Record<string, string>> = {
  'in_layers.0': 'norm1',
  'in_layers.2': 'conv1',
  'emb_layers.1': 'time_emb_proj',
  'out_layers.0': 'norm2',
  'out_layers.3': 'conv2',
  skip_connection: 'conv_shortcut',
};

const OUTSIDE: Readonly<Record<string, string>> = {
  'time_embed.0': 'time_embedding.linear_1',
  'time_embed.2': 'time_embedding.linear_2',
  label_emb: 'class_embedding',
  'input_blocks.0.0': 'conv_in',
  'middle_block.0': 'mid_block.resnets.0',
  'middle_block.1': 'mid_block.attentions.0',
  'middle_block.2': 'mid_block.resnets.1',
  'out.0': 'conv_norm_out',
  'out.2': 'conv_out',
};

/**
 * Gives the weights of improved-diffusion and guided-diffusion the names of `UNet2DModel`, and splits the joint
 * matrices of queries, keys and values. Unknown names are kept, so that they are reported as left over.
 *
 * @param levels number of levels
 * @param headChannels channels of an attention head
 * @returns a set for each network in the group
 */
export function renameOpenAi(
  { path, tensors }: TensorGroup,
  config: OpenAiConfig,
  levels: number,
  headChannels: number,
): readonly TensorGroup[] {
  return prefixesOf(tensors.keys(), FIRST).map((prefix) => {
    const inside = new Map([...tensors].filter(([name]) => name.startsWith(prefix)));
    const places = placesOf(config, levels, (name) => inside.has(prefix + name));
    const renamed = new Map<string, StoredTensor>();
    for (const [name, tensor] of inside) {
      const [layer, part, kind] = splitName(name.slice(prefix.length), places);
      if (part === 'qkv') {
        for (const [which, letter] of ['q', 'k', 'v'].entries()) {
          const rows = rowsOf(tensor, which, headChannels, config.use_new_attention_order);
          renamed.set(`${layer}.to_${letter}.${kind}`, rows);
        }
      } else {
        renamed.set([layer, part, kind].filter((each) => each !== '').join('.'), tensor);
      }
    }
    const label = [path, prefix.replace(/\.$/, '')].filter((each) => each !== '').join('.');
    return { path: label, tensors: renamed };
  });
}

/** Returns the name in diffusers of each layer. */
function placesOf(
  { num_res_blocks: layers }: OpenAiConfig,
  levels: number,
  has: (name: string) => boolean,
): ReadonlyMap<string, string> {
  const places = new Map(Object.entries(OUTSIDE));
  let input = 1;
  for (let level = 0; level < levels; level++) {
    for (let i = 0; i < layers; i++, input++) {
      places.set(`input_blocks.${input}.0`, `down_blocks.${level}.resnets.${i}`);
      places.set(`input_blocks.${input}.1`, `down_blocks.${level}.attentions.${i}`);
    }
    if (level < levels - 1) places.set(`input_blocks.${input++}.0`, `down_blocks.${level}.downsamplers.0`);
  }
  for (let level = 0, output = 0; level < levels; level++) {
    for (let i = 0; i <= layers; i++, output++) {
      const block = `output_blocks.${output}`;
      const attends = has(`${block}.1.qkv.weight`);
      places.set(`${block}.0`, `up_blocks.${level}.resnets.${i}`);
      if (attends) places.set(`${block}.1`, `up_blocks.${level}.attentions.${i}`);
      places.set(`${block}.${attends ? 2 : 1}`, `up_blocks.${level}.upsamplers.0`);
    }
  }
  return places;
}

/** Splits a name into the layer in diffusers, the part of the layer, and `weight` or `bias`. */
function splitName(
  name: string,
  places: ReadonlyMap<string, string>,
): readonly [layer: string, part: string, kind: string] {
  const parts = name.split('.');
  const kind = parts.pop() ?? '';
  for (let length = parts.length; length > 0; length--) {
    const layer = places.get(parts.slice(0, length).join('.'));
    if (layer !== undefined) return [layer, currentPart(parts.slice(length).join('.'), layer), kind];
  }
  return [parts.join('.'), '', kind];
}

function currentPart(part: string, layer: string): string {
  if (part === 'norm') return 'group_norm';
  if (part === 'proj_out') return 'to_out.0';
  // Downsampling convolutions are called `op`, upsampling ones `conv`.
  if (part === 'op' && layer.includes('downsamplers')) return 'conv';
  return Object.hasOwn(RESNET, part) ? (RESNET[part] as string) : part;
}

/**
 * Returns the rows of the queries, keys or values of a joint matrix `[3·C, C, 1]` or bias `[3·C]`.
 *
 * @param which 0 for queries, 1 for keys, 2 for values
 * @param newOrder whether all queries come first, then all keys, then all values; otherwise these three parts repeat
 *   for each head
 */
function rowsOf(tensor: StoredTensor, which: number, headChannels: number, newOrder: boolean): StoredTensor {
  const [total = 0, ...rest] = tensor.shape;
  const channels = Math.floor(total / 3);
  const width = rest.reduce((product, size) => product * size, 1);
  const rowOf = (row: number): number => {
    if (newOrder) return which * channels + row;
    const head = Math.floor(row / headChannels);
    return (3 * head + which) * headChannels + (row % headChannels);
  };
  return {
    shape: [channels, ...rest],
    dtype: tensor.dtype,
    async read() {
      const all = await tensor.read();
      const values = new Float32Array(channels * width);
      for (let row = 0; row < channels; row++) {
        const from = rowOf(row) * width;
        values.set(all.subarray(from, from + width), row * width);
      }
      return values;
    },
  };
}
