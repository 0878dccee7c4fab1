import { isJsonObject, type JsonObject } from '@isonoise/bundle';
import { importError } from './errors.ts';
import { isLucidrains, lucidrainsFields } from './lucidrains/lucidrains-config.ts';
import { type ConfigOptions, networkFields } from './network-config.ts';
import { channelsOf, isOpenAi, openAiFields, openAiScheduler, parseOpenAi } from './openai/openai-config.ts';
import { renameOpenAi } from './openai/openai-weights.ts';
import type { TensorGroup } from './stored-tensor.ts';

/** Content of a configuration, regardless of the program that wrote it. */
interface Interpreted {
  /** Fields for `createNetwork`. */
  readonly fields: JsonObject;
  /** Scheduler; null if the configuration has none. */
  readonly scheduler: JsonObject | null;
  /** Gives the weights the names of the network. */
  readonly rename: (group: TensorGroup) => readonly TensorGroup[];
  /** Whether the last row of a class embedding means "no class"; undefined if the format does not define it. */
  readonly nullClass?: boolean;
  readonly notes: readonly string[];
}

/**
 * Interprets a configuration of `UNet2DModel`, the options of a script of improved-diffusion or guided-diffusion, or the
 * options of denoising-diffusion-pytorch.
 *
 * @param source location of the file, for errors
 * @throws `IMPORT_FILE`, `IMPORT_UNKNOWN_MODEL`
 */
export function interpretConfig(config: JsonObject, options: ConfigOptions, source: string): Interpreted {
  refuseKDiffusion(config, source);
  if (isLucidrains(config) || isOpenAi(config)) refuseSize(config, options, source);
  if (isLucidrains(config))
    return { ...lucidrainsFields(config, source), notes: [], rename: (group) => [group] };
  if (!isOpenAi(config)) {
    const { fields, notes } = networkFields(config, options, source);
    return { fields, notes, scheduler: null, rename: (group) => [group] };
  }
  const script = parseOpenAi(config, source);
  const fields = openAiFields(script, source);
  const levels = channelsOf(script, source).length;
  return {
    fields,
    // Neither program trains a row that means "no class".
    ...(script.class_cond ? { nullClass: false } : {}),
    notes: [],
    scheduler: openAiScheduler(script, source),
    rename: (group) => renameOpenAi(group, script, levels, Number(fields.attention_head_dim)),
  };
}

/** Refuses a size for configurations that always state it. With OpenAI's, it determines the layers with attention. */
function refuseSize(
  { image_size: stated = null }: JsonObject,
  { size }: ConfigOptions,
  source: string,
): void {
  if (size === undefined) return;
  throw importError(
    'IMPORT_FILE',
    `import: got the size ${size.height}x${size.width}, and ${source} has the image_size ${JSON.stringify(stated)}; expected no ` +
      'size for this format. Leave out --size.',
  );
}

/** Refuses configurations of k-diffusion, whose field `model` has a type such as `image_v1`. */
function refuseKDiffusion({ model }: JsonObject, source: string): void {
  const type = isJsonObject(model) ? model.type : undefined;
  if (typeof type !== 'string') return;
  throw importError(
    'IMPORT_UNKNOWN_MODEL',
    `import: ${source} describes the model ${JSON.stringify(type)} of k-diffusion; expected a model with timesteps. Models ` +
      'of k-diffusion cannot be imported, because their noise levels are those of EDM.',
  );
}
