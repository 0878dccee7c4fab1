import {
  type BundleFiles,
  readBundle,
  readWeights,
  type SafeTensor,
  schedulerMeaning,
  sha256Hex,
  toScheduleConfig,
} from '@isonoise/bundle';
import { createNetwork, type Network, type ParameterSpec, parameterSize } from '@isonoise/network';
import type { FullScheduleConfig, ImageShape, PredictionType } from '@isonoise/schedule';
import type { TransformName } from '../augmentation/transforms.ts';
import { trainError } from '../errors.ts';
import type { ModelNames } from '../model-spec.ts';
import { nullClassOf } from '../null-class.ts';
import type { BaseIdentity, NetworkConfig, ObjectiveConfig, TrainConfig } from '../train-config.ts';

/** Computes a SHA-256 in hexadecimal digits. */
type Hash = (bytes: Uint8Array) => string;

/** A tensor of a model. */
interface BaseTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A trained model. A new training starts from its weights. */
export interface BaseModel extends BaseIdentity {
  readonly network: NetworkConfig;
  readonly image: ImageShape;
  readonly schedule: FullScheduleConfig;
  /** Known settings of the objective. A run has all of them, but a bundle has only the prediction. */
  readonly objective: Partial<ObjectiveConfig> & { readonly prediction: PredictionType };
  /** Names of the classes in the order of their labels, and the null class; null without classes. */
  readonly classes: { readonly names: readonly string[]; readonly nullClass: number | null } | null;
  /** Names of the tags in the order of their rows; null or absent without tags. */
  readonly tags?: readonly string[] | null | undefined;
  /** Transforms whose labels the network gets; absent without augmentation. Bundles never have them. */
  readonly transforms?: readonly TransformName[] | undefined;
  /** Weights by the names of the network's parameters. */
  readonly tensors: ReadonlyMap<string, BaseTensor>;
}

/**
 * Reads a bundle for use as the base model of a training.
 *
 * @param sha256 hash function. Default: an implementation in JavaScript, which takes seconds for a large model
 * @throws `TRAIN_BASE` if the weights do not fit the network, or the model's data range is not [-1, 1]; errors of
 *   reading a bundle and its network
 */
export async function bundleBase(files: BundleFiles, sha256: Hash = sha256Hex): Promise<BaseModel> {
  const { manifest, spec, networkConfig } = await readBundle(files, { scope: 'sampling', sha256 });
  const [low, high] = spec.dataRange;
  if (low !== -1 || high !== 1) {
    throw trainError(
      'TRAIN_BASE',
      `base model ${spec.name}: its images have values from ${low} to ${high}; expected -1 to 1. Choose a different model.`,
    );
  }
  const { network, config } = createNetwork(networkConfig);
  const { tensors } = await readWeights(files, manifest);
  return {
    ...weightsOf(spec.name, sha256, network.parameters, (parameter) =>
      float32(spec.name, parameter, tensors.get(parameter.name)),
    ),
    network: { ...config },
    image: spec.image,
    schedule: toScheduleConfig(spec.scheduler),
    objective: { prediction: schedulerMeaning(spec.scheduler).predictionType },
    classes: spec.classes,
    tags: spec.tags?.names ?? null,
  };
}

/**
 * Creates a base model from the weights of a run.
 *
 * @param config configuration of the run
 * @param names class names and tag names of the run's images
 * @param theta the weights, or an average of them, `[P]`
 */
export function runBase(
  name: string,
  config: TrainConfig,
  { classNames, tags = null }: ModelNames,
  theta: Float32Array,
  sha256: Hash = sha256Hex,
): BaseModel {
  const { network }: { readonly network: Network } = createNetwork(config.network);
  const rows = network.numClassEmbeds ?? null;
  let offset = 0;
  return {
    ...weightsOf(name, sha256, network.parameters, (parameter) => {
      offset += parameterSize(parameter);
      return theta.subarray(offset - parameterSize(parameter), offset);
    }),
    network: config.network,
    image: network.imageShape,
    schedule: config.schedule,
    objective: config.objective,
    classes: rows === null ? null : { names: classNames ?? [], nullClass: nullClassOf(rows, config) },
    tags: network.numTags === undefined ? null : (tags?.names ?? null),
    transforms: config.augmentation?.transforms,
  };
}

/** Collects the weights in the order of the parameters, and computes their SHA-256. */
function weightsOf(
  name: string,
  sha256: Hash,
  parameters: readonly ParameterSpec[],
  of: (parameter: ParameterSpec) => Float32Array,
): Pick<BaseModel, 'name' | 'sha256' | 'tensors'> {
  const tensors = new Map<string, BaseTensor>();
  const all = new Float32Array(parameters.reduce((sum, parameter) => sum + parameterSize(parameter), 0));
  let offset = 0;
  for (const parameter of parameters) {
    const data = of(parameter);
    tensors.set(parameter.name, { shape: parameter.shape, data });
    all.set(data, offset);
    offset += data.length;
  }
  return { name, sha256: sha256(new Uint8Array(all.buffer)), tensors };
}

function float32(
  model: string,
  { name, shape }: ParameterSpec,
  tensor: SafeTensor | undefined,
): Float32Array {
  const expected = `F32 [${shape.join(', ')}]`;
  const got = tensor === undefined ? 'missing' : `${tensor.dtype} [${tensor.shape.join(', ')}]`;
  if (tensor?.data instanceof Float32Array && got === expected) return tensor.data;
  throw trainError(
    'TRAIN_BASE',
    `base model ${model}: the weight ${name} is ${got}; expected ${expected}, as in its unet/config.json. Export the model again.`,
  );
}
