import { initialParameters, type Network, type ParameterSpec, parameterSize } from '@isonoise/network';
import { trainError } from '../errors.ts';
import { nullClassOf } from '../null-class.ts';
import type { TrainConfig } from '../train-config.ts';
import type { BaseModel } from './base-model.ts';
import { type ChannelSizes, fitInputs, fitOutputs } from './fit-channels.ts';
import {
  anyClass,
  type ClassRows,
  type FittedRows,
  fitClasses,
  fitTags,
  type KnownRows,
} from './fit-classes.ts';

/** A base model, and the names in the new images, for fitting the weights. */
export interface BaseWeights {
  readonly model: BaseModel;
  /** Classes of the new images, in the order of their labels; null if there are none. */
  readonly classNames: readonly string[] | null;
  /** Tags of the new images; null or absent if there are none. */
  readonly tagNames?: readonly string[] | null | undefined;
}

/** The weights of a model, fitted to a different network. */
export interface FittedWeights {
  /** Weights of the new network, `[P]`. */
  readonly theta: Float32Array;
  /** Share of the weights that come from the model. */
  readonly share: number;
  /** Changes that were needed to fit the weights, one line for each group of layers. */
  readonly notes: readonly string[];
}

/** The fitted values of a parameter. */
interface Fitted {
  readonly values: Float32Array;
  /** Description of a necessary change; undefined if nothing was changed. */
  readonly note?: string | undefined;
}

interface Fitting {
  readonly model: BaseModel;
  readonly channels: { readonly from: number; readonly to: number };
  /** Classes of the new network; null if it has none. */
  readonly classes: ClassRows | null;
  /** Tags of the new network; null if it has none. */
  readonly tags: readonly string[] | null;
  /** Whether the transforms of the images are those of the model. Their labels then have the same meaning. */
  readonly sameTransforms: boolean;
}

/** Minimum share of the weights that must come from the model. With fewer, the model would hardly affect the images. */
const LEAST_SHARE = 0.1;
const CLASSES = 'class_embedding.weight';
const TAGS = 'tag_embedding.weight';
const TRANSFORMS = 'augment_embedding.weight';
/** Bias of the layer to whose result the class embedding is added. */
const BESIDE_CLASSES = 'time_embedding.linear_2.bias';

/**
 * Fits the weights of a model to the network of a configuration. Tensors of the same name and shape are copied.
 * Embeddings of classes and tags are fitted by name, and the first and last layer by channels. The embedding of
 * transforms is copied only if the transforms are the same. All other tensors get the seed's initial values.
 *
 * @throws `TRAIN_BASE` if less than a tenth of the weights would come from the model
 */
export function fitWeights(
  config: TrainConfig,
  network: Network,
  { model, classNames, tagNames = null }: BaseWeights,
): FittedWeights {
  const rows = network.numClassEmbeds ?? null;
  const fitting: Fitting = {
    model,
    channels: { from: model.image.channels, to: network.imageShape.channels },
    classes: rows === null ? null : { names: classNames ?? [], nullClass: nullClassOf(rows, config) },
    tags: network.numTags === undefined ? null : tagNames,
    sameTransforms: config.augmentation?.transforms.join() === model.transforms?.join(),
  };
  const theta = initialParameters(network.parameters, config.seed);
  const notes = new Map<string, string[]>();
  const add = (note: string, layer: string): void =>
    void notes.set(note, [...(notes.get(note) ?? []), layer]);
  let [offset, taken] = [0, 0];
  for (const spec of network.parameters) {
    const size = parameterSize(spec);
    const fitted = fit(spec, fitting);
    if (fitted === null) {
      add(`${unfitted(spec, model)}; initial weights`, spec.name);
    } else {
      theta.set(fitted.values, offset);
      taken += size;
      if (fitted.note !== undefined) add(fitted.note, spec.name);
    }
    offset += size;
  }
  const names = new Set(network.parameters.map(({ name }) => name));
  for (const name of model.tensors.keys()) if (!names.has(name)) add('not used', name);
  const share = taken / theta.length;
  if (share >= LEAST_SHARE)
    return { theta, share, notes: [...meaningNotes(config, model), ...noteLines(notes)] };
  throw trainError(
    'TRAIN_BASE',
    `base model ${model.name}: ${(100 * share).toFixed(1)} % of the network's weights come from it; expected at least ` +
      `${100 * LEAST_SHARE} %. Omit the settings of the network, so that it has the model's levels and channels, or choose a different model.`,
  );
}

/** Returns the fitted values of a parameter; null if it must get its initial values. */
function fit(spec: ParameterSpec, fitting: Fitting): Fitted | null {
  const { model, channels, classes, tags, sameTransforms } = fitting;
  if (spec.name === CLASSES && classes !== null)
    return namedTable(spec, model, classes.names, 'classes', (known) => fitClasses(known, classes));
  if (spec.name === TAGS && tags !== null)
    return namedTable(spec, model, tags, 'tags', (known) => fitTags(known, tags));
  const stored = model.tensors.get(spec.name);
  if (stored === undefined || (spec.name === TRANSFORMS && !sameTransforms)) return null;
  const layer = LAYERS_OF_CHANNELS[spec.name];
  const sameChannels = channels.from === channels.to && sameShape(stored.shape, spec.shape);
  if (layer !== undefined && !sameChannels) {
    const perChannel = (spec.shape[layer === 'input' ? 1 : 0] ?? 0) / channels.to;
    return otherChannels(spec, stored, { ...channels, perChannel }, layer === 'input');
  }
  if (!sameShape(stored.shape, spec.shape)) return null;
  if (spec.name === BESIDE_CLASSES && classes === null && model.classes !== null)
    return withoutClasses(stored.data, model);
  return { values: stored.data };
}

/** Returns why a parameter gets its initial values. */
function unfitted({ name }: ParameterSpec, { tensors }: BaseModel): string {
  if (!tensors.has(name)) return 'not in the model';
  return name === TRANSFORMS ? 'other transforms' : 'other sizes';
}

/** Layers that read or write the image channels, in all supported architectures. */
const LAYERS_OF_CHANNELS: Readonly<Record<string, 'input' | 'output'>> = {
  'conv_in.weight': 'input',
  'conv_out.weight': 'output',
  'conv_out.bias': 'output',
};

const CHANNELS: Readonly<Record<number, string>> = { 1: 'grey', 3: 'colour', 4: 'colour and alpha' };

function otherChannels(
  { shape }: ParameterSpec,
  stored: { readonly shape: readonly number[]; readonly data: Float32Array },
  sizes: ChannelSizes,
  inputs: boolean,
): Fitted | null {
  const [outputs = 0, ...rest] = shape;
  const [storedOutputs = 0, ...storedRest] = stored.shape;
  const { from, to, perChannel } = sizes;
  // All other axes must match, and the stored weights must cover all channels of the base model.
  const fits = inputs
    ? outputs === storedOutputs &&
      storedRest[0] === from * perChannel &&
      sameShape(rest.slice(1), storedRest.slice(1))
    : storedOutputs >= from * perChannel && sameShape(rest, storedRest);
  if (!fits) return null;
  if (inputs) return { values: fitInputs(stored.data, outputs, sizes), note: channelsNote(from, to) };
  const kernel = rest.reduce((product, size) => product * size, 1);
  return { values: fitOutputs(stored.data, kernel, sizes), note: channelsNote(from, to) };
}

function channelsNote(from: number, to: number): string {
  if (from === to) return 'predicted variances are left out';
  const text = `${CHANNELS[from] ?? `${from} channels`} to ${CHANNELS[to] ?? `${to} channels`}`;
  return from < to && to > 3 ? `${text}; alpha begins with weights of 0` : text;
}

/** Fits an embedding of named rows, for classes or tags. */
function namedTable(
  { shape }: ParameterSpec,
  model: BaseModel,
  names: readonly string[],
  what: 'classes' | 'tags',
  fitNames: (known: KnownRows) => FittedRows,
): Fitted | null {
  const [, features = 0] = shape;
  const from = knownRows(model, features);
  if (from === null) return null;
  const { values, known, fresh, lost } = fitNames(from);
  if (fresh.length === 0 && lost.length === 0) return { values };
  const texts = [
    `${known.length} of ${names.length} ${what} are known to the model`,
    ...(fresh.length === 0 ? [] : [`new, drawn like any image at first: ${some(fresh)}`]),
    ...(lost.length === 0 ? [] : [`left out: ${some(lost)}`]),
  ];
  return { values, note: texts.join('; ') };
}

/**
 * Returns the named rows of a model. A model without classes and tags has only a row of zeros, for images without
 * tags.
 *
 * @returns the rows; null if their length differs from `features`
 */
function knownRows({ tensors, classes, tags = null }: BaseModel, features: number): KnownRows | null {
  const zeros = new Float32Array(features);
  const stored = tensors.get(tags === null ? CLASSES : TAGS);
  if (stored === undefined) return { names: [], table: zeros, any: zeros };
  if (stored.shape[1] !== features) return null;
  if (tags !== null) return { names: tags, table: stored.data, any: zeros };
  if (classes === null) return { names: [], table: zeros, any: zeros };
  return { names: classes.names, table: stored.data, any: anyClass(stored.data, classes, features) };
}

/**
 * Adds the row for images without a class to a bias. A network without classes then gives the model's results for "no
 * class".
 */
function withoutClasses(bias: Float32Array, { tensors, classes }: BaseModel): Fitted {
  const table = tensors.get(CLASSES);
  if (table === undefined || classes === null) return { values: bias };
  const any = anyClass(table.data, classes, bias.length);
  return {
    values: bias.map((value, k) => value + (any[k] as number)),
    note: 'begins as the model without a class',
  };
}

/** Returns notes about a prediction or a schedule that differs from the model's. */
function meaningNotes({ objective, schedule }: TrainConfig, model: BaseModel): readonly string[] {
  const { prediction } = model.objective;
  return [
    ...(objective.prediction === prediction
      ? []
      : [
          `prediction: the model predicts ${prediction}; with ${objective.prediction}, it must learn to predict again`,
        ]),
    ...(JSON.stringify(schedule) === JSON.stringify(model.schedule)
      ? []
      : [`schedule: ${schedule.kind}; the model has ${model.schedule.kind}`]),
  ];
}

/** Formats the notes as lines `layers: note`, with one name for all parameters of a block. */
function noteLines(notes: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [...notes].map(([note, names]) => {
    const groups = new Map<string, number>();
    for (const name of names) groups.set(blockOf(name), (groups.get(blockOf(name)) ?? 0) + 1);
    return `${some([...groups.keys()])}: ${note}`;
  });
}

/** Returns the block of a parameter, such as `down_blocks.0`, or its layer, such as `conv_in` for `conv_in.weight`. */
function blockOf(name: string): string {
  const [first = '', second = ''] = name.split('.');
  return /^\d+$/.test(second) ? `${first}.${second}` : first;
}

/** Maximum number of names in a line. */
const NAMED = 5;

function some(names: readonly string[]): string {
  const more = names.length - NAMED;
  return names.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
