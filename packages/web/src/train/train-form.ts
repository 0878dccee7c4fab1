import { PRESETS, type PresetName } from '@isonoise/train/presets';
import { plural } from '../text/format.ts';

/** Values of the form; numbers are kept as typed. */
export interface TrainForm {
  readonly data: 'mnist' | 'folder';
  /** Side of the square images of a folder, in pixels. */
  readonly size: string;
  readonly grayscale: boolean;
  /** Whether unreadable files of a folder are left out; else they stop the run. */
  readonly skipBad: boolean;
  readonly preset: PresetName;
  readonly steps: string;
  readonly batchSize: string;
  readonly seed: string;
  /** Channels of each level of the network, finest first: `16, 32, 48`. */
  readonly channels: string;
  readonly device: 'wasm' | 'webgpu';
  /** Threads of WebAssembly. */
  readonly threads: string;
}

/** The validated form. */
export interface TrainChoice {
  readonly data: 'mnist' | 'folder';
  readonly size: number;
  readonly colours: 1 | 'auto';
  readonly skipBad: boolean;
  readonly preset: PresetName;
  readonly steps: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly channels: readonly number[];
  readonly device: 'wasm' | 'webgpu';
  readonly threads: number;
}

export type FormProblems = { readonly [K in keyof TrainForm]?: string };

/** Maximum default number of threads. More threads gain little for the small networks that a tab trains. */
const MOST_THREADS = 4;

/** Maximum number of levels. Images of 28 pixels can be halved twice; images of 128 pixels four times, to 8. */
const MOST_LEVELS = 5;

/** @param cores threads that the page can use; 1 if it is not isolated */
export function defaultForm(cores: number): TrainForm {
  return {
    data: 'mnist',
    size: '32',
    grayscale: false,
    skipBad: false,
    ...presetFields('quick'),
    seed: '0',
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

/** Validates the form. @returns the choice, or the problems by field */
export function readForm(
  form: TrainForm,
  cores: number,
): { readonly choice: TrainChoice } | { readonly problems: FormProblems } {
  const problems: { -readonly [K in keyof TrainForm]?: string } = {};
  const whole = (field: 'size' | 'steps' | 'batchSize' | 'seed' | 'threads', least: number, most: number) => {
    const value = form[field].trim() === '' ? Number.NaN : Number(form[field]);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    problems[field] = `A whole number from ${least} to ${most.toLocaleString('en-US')}`;
    return Number.NaN;
  };
  const choice: TrainChoice = {
    data: form.data,
    size: form.data === 'folder' ? whole('size', 8, 128) : 28,
    colours: form.data === 'folder' && !form.grayscale ? 'auto' : 1,
    skipBad: form.data === 'folder' && form.skipBad,
    preset: form.preset,
    steps: whole('steps', 1, 1_000_000),
    batchSize: whole('batchSize', 1, 256),
    seed: whole('seed', 0, Number.MAX_SAFE_INTEGER),
    channels: form.channels.split(',').map(Number),
    device: form.device,
    threads: form.device === 'wasm' ? whole('threads', 1, cores) : 1,
  };
  const groups = PRESETS[form.preset].network.norm_num_groups;
  const { channels } = choice;
  if (channels.length > MOST_LEVELS || !channels.every((width) => width >= groups && width % groups === 0)) {
    problems.channels = `Up to ${MOST_LEVELS} multiples of ${groups}, with commas between: 16, 32, 48`;
  }
  const halvings = channels.length - 1;
  const whatHalves = `the network halves images ${plural(halvings, 'time')}`;
  if (problems.size === undefined && choice.size % 2 ** halvings !== 0) {
    // MNIST has a fixed size and no field for it.
    if (form.data === 'folder') problems.size = `A multiple of ${2 ** halvings}: ${whatHalves}`;
    else
      problems.channels ??= `Fewer levels: ${whatHalves}, and ${choice.size} pixels are not a multiple of ${2 ** halvings}`;
  }
  return Object.keys(problems).length === 0 ? { choice } : { problems };
}
