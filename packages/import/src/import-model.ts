import { type JsonObject, type ModelSpec, pixelsOf, type TagSpec } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import { createNetwork, type Network, parameterCount, parameterSize } from '@isonoise/network';
import { type ChooseOptions, chooseWeights, type FoundWeights } from './choose-weights.ts';
import { classesOf, classNotes } from './class-names.ts';
import { importError } from './errors.ts';
import type { ModelFiles } from './find-model.ts';
import { inFile } from './in-file.ts';
import { interpretConfig } from './interpret-config.ts';
import type { ConfigOptions } from './network-config.ts';
import { readGroups } from './read-groups.ts';
import { readJson } from './read-json.ts';
import { checkTimes, checkVariances, fitGuidance, readScheduler } from './scheduler.ts';

export interface ImportOptions extends ChooseOptions, ConfigOptions {
  /** Name of the model. */
  readonly name: string;
  /** Names of the classes, without the null class. Default: their numbers. */
  readonly classNames?: readonly string[] | undefined;
  /**
   * Whether the last row of the class embedding means "no class". Default: false for improved-diffusion and
   * guided-diffusion; otherwise true if there is one name fewer than rows.
   */
  readonly nullClass?: boolean | undefined;
  /** Called as weights are read, with the share done, from 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** An imported model, with everything that an export needs. */
export interface ImportedModel {
  readonly spec: ModelSpec;
  readonly network: Network;
  /** Contents of `unet/config.json`, with every field. */
  readonly networkConfig: JsonObject;
  /** Weights, flat `[P]`, in the order of the network's parameters. */
  readonly theta: Float32Array;
  /** Label of the weights in the file; empty for the whole file. */
  readonly weights: string;
  /** Remarks for the user: what was left out or assumed. */
  readonly notes: readonly string[];
}

/**
 * Reads the configuration, the scheduler and the weights of a model of diffusers, improved-diffusion, guided-diffusion
 * or denoising-diffusion-pytorch. Nothing in the files is executed.
 *
 * @throws `IMPORT_FILE`, `IMPORT_UNKNOWN_MODEL`, `IMPORT_WEIGHTS`; `NETWORK_CONFIG` if the configuration has values
 *   that are not supported; `BUNDLE_FILE_INVALID` if the scheduler is not supported
 */
export async function importModel(files: ModelFiles, options: ImportOptions): Promise<ImportedModel> {
  const {
    fields,
    notes,
    scheduler: ownScheduler,
    rename,
    nullClass: ownNullClass,
  } = interpretConfig(
    await readJson(files.config),
    { size: options.size, classCount: options.classCount ?? namedClasses(options) },
    files.config.description,
  );
  const { network, config } = inFile(files.config, () => createNetwork(fields));
  const { scheduler: given, notes: schedulerNotes } = await readScheduler(
    files.scheduler,
    ownScheduler,
    files.schedulerClass,
  );
  // The config is plain JSON, but its TypeScript type has optional fields, which JsonObject does not allow.
  const networkConfig = JSON.parse(JSON.stringify(config)) as JsonObject;
  inFile(files.scheduler ?? files.config, () => {
    checkTimes(networkConfig, given);
    checkVariances(networkConfig, given);
  });
  const stored = { parameters: network.parameters.filter(({ name }) => name !== VECTOR_WEIGHT) };
  const description = files.weights.map((file) => file.description).join(', ');
  const groups = (await readGroups(files.weights)).flatMap(rename);
  const chosen = chooseWeights(stored, groups, options, description);
  const nullClass = options.nullClass ?? ownNullClass;
  const classes = classesOf(network.numClassEmbeds ?? null, options.classNames, nullClass);
  const conditions = {
    classes,
    ...(network.numTags === undefined ? {} : { tags: vectorTags(network.numTags) }),
  };
  const { scheduler, notes: guidanceNotes } = fitGuidance(given, conditions);
  return {
    spec: {
      name: options.name,
      image: network.imageShape,
      ...pixelsOf(network.imageShape),
      dataRange: [-1, 1],
      scheduler,
      ...conditions,
    },
    network,
    networkConfig,
    theta: await readTheta(network, chosen.found, description, options.onProgress),
    weights: chosen.found.label,
    notes: [
      ...files.notes,
      ...notes,
      ...schedulerNotes,
      ...chosen.notes,
      ...guidanceNotes,
      ...classNotes(classes, { classNames: options.classNames, nullClass }),
    ],
  };
}

/**
 * Weight of networks that add a vector to their time embedding. It is an identity matrix, which files do not store.
 */
const VECTOR_WEIGHT = 'tag_embedding.weight';

function identity(size: number): Float32Array {
  const values = new Float32Array(size * size);
  for (let i = 0; i < size; i++) values[i * size + i] = 1;
  return values;
}

/** Returns the number of classes that the given names imply; null without names. */
function namedClasses({ classNames, nullClass }: ImportOptions): number | null {
  return classNames === undefined ? null : classNames.length + (nullClass === true ? 1 : 0);
}

/** Returns the tags of a network that adds a vector to its time embedding: one for each value of the vector. */
function vectorTags(count: number): TagSpec {
  return {
    names: Array.from({ length: count }, (_, i) => String(i)),
    counts: new Array<number>(count).fill(0),
    dropped: true,
  };
}

/** Reads all weights into one vector. */
async function readTheta(
  { parameters }: Network,
  { tensors }: FoundWeights,
  description: string,
  onProgress: ((share: number) => void) | undefined,
): Promise<Float32Array> {
  const theta = new Float32Array(parameterCount(parameters));
  let offset = 0;
  for (const spec of parameters) {
    const values =
      spec.name === VECTOR_WEIGHT ? identity(spec.shape[0] ?? 0) : await tensors.get(spec.name)?.read();
    const size = parameterSize(spec);
    if (values?.length !== size)
      throw new Error(`import: ${spec.name} has ${plural(values?.length ?? 0, 'value')}, not ${size}`);
    theta.set(values, offset);
    offset += size;
    onProgress?.(offset / theta.length);
  }
  requireFinite(parameters, theta, description);
  return theta;
}

/** @throws `IMPORT_WEIGHTS` if a weight is NaN or infinite, as after a diverged training */
function requireFinite(parameters: Network['parameters'], theta: Float32Array, description: string): void {
  let offset = 0;
  for (const spec of parameters) {
    const values = theta.subarray(offset, offset + parameterSize(spec));
    offset += values.length;
    const wrong = values.find((value) => !Number.isFinite(value));
    if (wrong === undefined) continue;
    throw importError(
      'IMPORT_WEIGHTS',
      `import: ${spec.name} of ${description} has the value ${wrong}; expected finite numbers. Use another checkpoint.`,
    );
  }
}
