import { type JsonObject, type ModelSpec, pixelsOf, toSchedulerConfig } from '@isonoise/bundle';
import { createNetwork, createUNet2D, initialParameters, type Network, parseUNet2DConfig } from '@isonoise/network';
import { InferenceSession } from 'onnxruntime-node';

/** A network with its weights and its description. It can be exported. */
export interface SmallModel {
  readonly network: Network;
  readonly networkConfig: JsonObject;
  readonly theta: Float32Array;
  readonly spec: ModelSpec;
}

interface Choice {
  readonly channels?: number;
  readonly size?: number;
  readonly widths?: readonly [number, number];
  readonly classes?: number;
  /** Number of tags, instead of classes. */
  readonly tags?: number;
  /** If given, the network also predicts variances. */
  readonly variance?: 'learned' | 'learned_range';
  /** Further fields of the configuration. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/**
 * Makes a U-Net with two levels, and attention at the coarser level. It has every kind of layer of a DDPM
 * UNet2DModel. A sine is added to the initial weights, because a layer with zero weights would hide its input.
 */
export function smallModel({ channels = 1, size = 8, widths = [8, 16], classes, tags, variance, fields }: Choice = {}): SmallModel {
  const config = parseUNet2DConfig({
    sample_size: size,
    in_channels: channels,
    out_channels: variance === undefined ? channels : 2 * channels,
    block_out_channels: [...widths],
    down_block_types: ['DownBlock2D', 'AttnDownBlock2D'],
    up_block_types: ['AttnUpBlock2D', 'UpBlock2D'],
    norm_num_groups: 4,
    downsample_padding: 0,
    ...(classes === undefined ? {} : { num_class_embeds: classes + 1 }),
    ...(tags === undefined ? {} : { num_tags: tags }),
    ...fields,
  });
  const model = withWeights(createUNet2D(config), JSON.parse(JSON.stringify(config)) as JsonObject, classes);
  if (variance === undefined) return model;
  const scheduler = toSchedulerConfig({ kind: 'linear' }, { prediction_type: 'epsilon', variance_type: variance });
  return { ...model, spec: { ...model.spec, scheduler } };
}

/**
 * Makes the U-Net of the reference implementation. It has GELU, max-pooling, bilinear upsampling and attention with
 * several heads.
 */
export function smallAwjuliani(fields: Readonly<Record<string, number>> = {}): SmallModel {
  const config = { _class_name: 'AwjulianiUNet', sample_size: 16, base_channels: 4, ...fields };
  return withWeights(createNetwork(config).network, config);
}

/** Makes a small U-Net over patches of 2 × 2 pixels, with tags. */
export function smallPatched(tags: number): SmallModel {
  const { networkConfig: inner } = smallModel({ channels: 3, size: 16, tags });
  const networkConfig = { ...inner, _class_name: 'PatchedUNet2D', patch_size: 2 };
  const model = withWeights(createNetwork(networkConfig).network, networkConfig);
  const names = Array.from({ length: tags }, (_, i) => `tag ${i}`);
  return { ...model, spec: { ...model.spec, tags: { names, counts: names.map(() => 3), dropped: true } } };
}

/** Makes a small U-Net of denoising-diffusion-pytorch, with linear and full attention. */
export function smallLucidrains(fields: Readonly<Record<string, number | readonly number[]>> = {}): SmallModel {
  const config = {
    ...{ _class_name: 'LucidrainsUNet', sample_size: 12, in_channels: 1, dim: 6, dim_mults: [1, 2], attn_dim_head: 5 },
    ...fields,
  };
  return withWeights(createNetwork(config).network, config);
}

function withWeights(network: Network, networkConfig: JsonObject, classes?: number): SmallModel {
  const theta = initialParameters(network.parameters, 1).map((value, i) => value + 0.05 * Math.sin(1.7 * i));
  const names = Array.from({ length: classes ?? 0 }, (_, i) => `class ${i}`);
  return {
    network,
    networkConfig,
    theta,
    spec: {
      name: 'small',
      image: network.imageShape,
      ...pixelsOf(network.imageShape),
      dataRange: [-1, 1],
      scheduler: toSchedulerConfig({ kind: 'linear' }, { prediction_type: 'epsilon' }),
      classes: classes === undefined ? null : { count: classes + 1, names, nullClass: classes },
      ...tagsOf(network),
    },
  };
}

function tagsOf({ numTags }: Network): Pick<ModelSpec, 'tags'> {
  if (numTags === undefined) return {};
  const names = Array.from({ length: numTags }, (_, i) => `tag ${i}`);
  return { tags: { names, counts: names.map((_, i) => 9 + numTags - i), dropped: true } };
}

/** Creates a session on the CPU provider with ONNX Runtime's default optimizations. */
export function cpuSession(model: Uint8Array, threads = 2): Promise<InferenceSession> {
  return InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    // Hides warnings about nodes that the optimizer merges.
    logSeverityLevel: 3,
    // Spinning threads would take the cores from other processes while tests run.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
}
