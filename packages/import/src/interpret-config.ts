import type { JsonObject } from '@isonoise/bundle';
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
  /** Gives the weights the names of `UNet2DModel`. */
  readonly rename: (group: TensorGroup) => readonly TensorGroup[];
  readonly notes: readonly string[];
}

/**
 * Interprets a configuration of `UNet2DModel`, or the options of a script of improved-diffusion or guided-diffusion.
 *
 * @param source location of the file, for errors
 * @throws `IMPORT_FILE`, `IMPORT_UNKNOWN_MODEL`
 */
export function interpretConfig(config: JsonObject, options: ConfigOptions, source: string): Interpreted {
  if (!isOpenAi(config)) {
    const { fields, notes } = networkFields(config, options, source);
    return { fields, notes, scheduler: null, rename: (group) => [group] };
  }
  const script = parseOpenAi(config, source);
  const fields = openAiFields(script, source);
  const levels = channelsOf(script, source).length;
  return {
    fields,
    notes: [],
    scheduler: openAiScheduler(script, source),
    rename: (group) => renameOpenAi(group, script, levels, Number(fields.attention_head_dim)),
  };
}
