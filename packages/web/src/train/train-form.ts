import { plural } from '@isonoise/error';
import { PRESETS, type PresetName } from '@isonoise/train/presets';
import { counted } from '../text/format.ts';
import { DEFAULT_PICTURES, type PictureChoice, type PictureFields, readPictures } from './picture-choice.ts';

/** Values of the form; numbers are kept as typed. */
export interface TrainForm extends PictureFields {
  readonly data: 'mnist' | 'folder';
  /** Name of the run; if `''`, the run is named after the images. */
  readonly name: string;
  /** Name of the model that the run starts from; `''` for none. */
  readonly from: string;
  readonly preset: PresetName;
  /** Whether the run is limited by its number of steps or by its duration. */
  readonly length: 'steps' | 'minutes';
  readonly steps: string;
  readonly minutes: string;
  readonly batchSize: string;
  readonly seed: string;
  /** Probability of each transform of a training image; 0 for none. */
  readonly augment: string;
  /** Channels of each level of the network, finest first: `16, 32, 48`. */
  readonly channels: string;
  readonly device: 'wasm' | 'webgpu';
  /** Threads of WebAssembly. */
  readonly threads: string;
}

/** The validated form. */
export interface TrainChoice {
  /** How files become images; null for MNIST. */
  readonly pictures: PictureChoice | null;
  readonly name: string | null;
  readonly preset: PresetName;
  readonly steps: number;
  /** Duration of the run; null if it is limited by `steps`. */
  readonly minutes: number | null;
  readonly batchSize: number;
  readonly seed: number;
  /** Probability of each transform of a training image. */
  readonly augment: number;
  /** Null if the run starts from a model and uses its network. */
  readonly channels: readonly number[] | null;
  readonly device: 'wasm' | 'webgpu';
  readonly threads: number;
}

export type FormProblems = { readonly [K in keyof TrainForm]?: string };

/** Maximum default number of threads. More threads gain little for the small networks that a tab trains. */
const MOST_THREADS = 4;

/** Maximum number of levels. Images of 28 pixels can be halved twice; images of 128 pixels four times, to 8. */
const MOST_LEVELS = 5;

/** Returns the form with its default values. @param cores threads that the page can use; 1 if it is not isolated */
export function defaultForm(cores: number): TrainForm {
  return {
    data: 'mnist',
    ...DEFAULT_PICTURES,
    name: '',
    from: '',
    ...presetFields('quick'),
    length: 'steps',
    minutes: '20',
    seed: '0',
    augment: '0',
    device: 'wasm',
    threads: String(Math.min(cores, MOST_THREADS)),
  };
}

/** Returns the fields that a preset sets. */
export function presetFields(
  preset: PresetName,
): Pick<TrainForm, 'preset' | 'steps' | 'batchSize' | 'channels'> {
  const { train, network } = PRESETS[preset];
  return {
    preset,
    steps: String(train.steps),
    batchSize: String(train.batchSize),
    channels: network.block_out_channels.join(', '),
  };
}

type WholeField = 'steps' | 'minutes' | 'batchSize' | 'seed' | 'threads';

/** Validates the form. @returns the choice, or the problems by field */
export function readForm(
  form: TrainForm,
  cores: number,
): { readonly choice: TrainChoice } | { readonly problems: FormProblems } {
  const problems: { -readonly [K in keyof TrainForm]?: string } = {};
  const whole = (field: WholeField, least: number, most: number): number => {
    const value = form[field].trim() === '' ? Number.NaN : Number(form[field]);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    problems[field] = `A whole number from ${least} to ${counted(most)}`;
    return Number.NaN;
  };
  const share = (field: 'augment'): number => {
    const value = form[field].trim() === '' ? Number.NaN : Number(form[field]);
    if (value >= 0 && value < 1) return value;
    problems[field] = 'A number of at least 0 and below 1, such as 0.12';
    return Number.NaN;
  };
  const read = form.data === 'folder' ? readPictures(form) : { pictures: null };
  if ('problems' in read) Object.assign(problems, read.problems);
  const isTimed = form.length === 'minutes';
  const choice: TrainChoice = {
    pictures: 'pictures' in read ? read.pictures : null,
    name: form.name.trim() === '' ? null : form.name.trim(),
    preset: form.preset,
    steps: isTimed ? (PRESETS[form.preset].train.steps ?? 1) : whole('steps', 1, 1_000_000),
    minutes: isTimed ? whole('minutes', 1, 10_000) : null,
    batchSize: whole('batchSize', 1, 256),
    seed: whole('seed', 0, Number.MAX_SAFE_INTEGER),
    augment: share('augment'),
    channels: form.from === '' ? form.channels.split(',').map(Number) : null,
    device: form.device,
    threads: form.device === 'wasm' ? whole('threads', 1, cores) : 1,
  };
  Object.assign(problems, networkProblems(form, choice, problems.size === undefined));
  return Object.keys(problems).length === 0 ? { choice } : { problems };
}

/**
 * Finds problems of a network that the form describes. If the run starts from a model, the worker checks the
 * network of that model instead.
 */
function networkProblems(
  form: TrainForm,
  { channels, pictures }: TrainChoice,
  sizeKnown: boolean,
): FormProblems {
  if (channels === null) return {};
  const { norm_num_groups: groups, patch_size: patch = 1 } = PRESETS[form.preset].network;
  const halvings = channels.length - 1;
  const factor = patch * 2 ** halvings;
  const reason = `the network ${[
    ...(patch === 1 ? [] : [`works on patches of ${patch}×${patch} pixels`]),
    ...(halvings === 0 ? [] : [`halves images ${plural(halvings, 'time')}`]),
  ].join(' and ')}`;
  const { width, height } = pictures?.size ?? { width: 28, height: 28 };
  const fits = width % factor === 0 && height % factor === 0;
  if (channels.length > MOST_LEVELS || !channels.every((each) => each >= groups && each % groups === 0))
    return { channels: `Up to ${MOST_LEVELS} multiples of ${groups}, separated by commas: 16, 32, 48` };
  if (!sizeKnown || fits) return {};
  // MNIST has a fixed size and no field for it.
  if (form.data === 'folder') return { size: `A multiple of ${factor}: ${reason}` };
  return { channels: `Fewer levels: ${reason}, and ${width} pixels are not a multiple of ${factor}` };
}
