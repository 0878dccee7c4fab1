import type { JsonObject } from '@isonoise/bundle';
import { listed } from '@isonoise/error';
import { architectureOf, DIFFUSERS_ARCHITECTURES, UNET2D_FIELDS } from '@isonoise/network';
import { importError } from './errors.ts';

/** Fields of our networks that `UNet2DModel` of diffusers does not have. */
const OWN_FIELDS: readonly string[] = ['num_tags', 'augment_dim'];

/** Classes of diffusers that are refused with a reason. Other classes are refused by name. */
const REFUSED: Readonly<Record<string, string>> = {
  UNet2DConditionModel: 'it is conditioned on the output of a text encoder',
  UNet1DModel: 'it processes sequences, not images',
  UNet3DConditionModel: 'it processes videos',
  DiTTransformer2DModel: 'it is a transformer over latents',
  Transformer2DModel: 'it is a transformer',
  AutoencoderKL: 'it is an autoencoder, not a denoising network',
  VQModel: 'it is an autoencoder, not a denoising network',
};

export interface ConfigOptions {
  /**
   * Height and width of the images; required if the configuration lacks them. They replace the size of the
   * configuration.
   */
  readonly size?: { readonly height: number; readonly width: number } | undefined;
  /** Number of classes, for a configuration that lacks it. Default null: unknown. */
  readonly classCount?: number | null | undefined;
}

/**
 * Converts a `config.json` of `UNet2DModel` to fields for `createNetwork`. Missing keys get the defaults of
 * diffusers. Keys that diffusers does not know are left out, as in diffusers, and noted.
 *
 * @param source location of the file, for errors
 * @throws `IMPORT_UNKNOWN_MODEL` if the class is not supported; `IMPORT_FILE` if the size is missing
 */
export function networkFields(
  config: JsonObject,
  { size, classCount = null }: ConfigOptions,
  source: string,
): { readonly fields: JsonObject; readonly notes: readonly string[] } {
  const { _class_name: name } = config;
  const architecture =
    name === undefined
      ? architectureOf(config)
      : typeof name === 'string'
        ? DIFFUSERS_ARCHITECTURES.get(name)
        : undefined;
  if (architecture === undefined) {
    const reason = typeof name === 'string' && Object.hasOwn(REFUSED, name) ? `, but ${REFUSED[name]}` : '';
    throw importError(
      'IMPORT_UNKNOWN_MODEL',
      `import: ${source} has the class ${JSON.stringify(name)}${reason}; expected ${[...DIFFUSERS_ARCHITECTURES.keys()].join(', ')}. Models of other classes ` +
        'cannot be imported.',
    );
  }
  const given = currentNames(config);
  const keys = Object.keys(config).filter((key) => !key.startsWith('_'));
  const isKnown = (key: string): boolean => UNET2D_FIELDS.includes(key) && !OWN_FIELDS.includes(key);
  const unknown = keys.filter((key) => !isKnown(key));
  const known = keys.filter(isKnown);
  const sampleSize = config.sample_size ?? null;
  if (sampleSize === null && size === undefined) {
    throw importError(
      'IMPORT_FILE',
      `import: ${source} has no sample_size; expected the size of the images. Give it with --size, such as --size 64 or ` +
        '--size 64x48.',
    );
  }
  return {
    fields: {
      _class_name: architecture.name,
      ...Object.fromEntries(known.map((key) => [key, given[key] ?? null])),
      ...conditions(given, classCount),
      ...(size === undefined ? {} : { sample_size: [size.height, size.width] }),
      // With this key, missing fields get the defaults of diffusers.
      _diffusers_version: config._diffusers_version ?? 'unknown',
    },
    notes:
      unknown.length === 0
        ? []
        : [`${source}: left out the keys ${listed(unknown)}, which UNet2DModel of diffusers does not have`],
  };
}

/**
 * Replaces names of early versions of diffusers: blocks that begin with `UNetRes`, and activations with capital
 * letters.
 */
function currentNames(config: JsonObject): JsonObject {
  const blocks = (key: string): Partial<JsonObject> => {
    const value = config[key];
    if (!Array.isArray(value)) return {};
    return {
      [key]: value.map((name: unknown) => (typeof name === 'string' ? name.replace(/^UNetRes/, '') : null)),
    };
  };
  const { act_fn: activation } = config;
  return {
    ...config,
    ...blocks('down_block_types'),
    ...blocks('up_block_types'),
    ...(typeof activation === 'string' ? { act_fn: activation.toLowerCase() } : {}),
  } as JsonObject;
}

/**
 * Returns the fields about conditions. With `class_embed_type` `identity`, a vector is added to the time embedding.
 * Here, it is a row of tags whose embedding is the identity matrix.
 */
function conditions(config: JsonObject, classCount: number | null): JsonObject {
  const {
    class_embed_type: type = null,
    time_embedding_dim: features,
    block_out_channels: channels,
  } = config;
  if (type === 'identity') {
    const first: unknown = Array.isArray(channels) ? channels[0] : DEFAULT_FIRST_CHANNELS;
    const count = typeof features === 'number' && features > 0 ? features : 4 * Number(first);
    return { num_class_embeds: null, num_tags: count };
  }
  // With this type, diffusers ignores the number of classes.
  if (type === 'timestep') return { num_class_embeds: classCount ?? config.num_class_embeds ?? null };
  return {};
}

/** Channels of the finest level by default in diffusers. */
const DEFAULT_FIRST_CHANNELS = 224;
