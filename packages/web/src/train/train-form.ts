import { PRESETS, type PresetName } from '@isonoise/train/presets';

/** What the visitor chooses; numbers as they are typed. */
export interface TrainForm {
  readonly data: 'mnist' | 'folder';
  /** Of a folder's images, a square's side. */
  readonly size: string;
  readonly grayscale: boolean;
  readonly preset: PresetName;
  readonly steps: string;
  readonly batchSize: string;
  readonly seed: string;
  readonly device: 'wasm' | 'webgpu';
  /** Of WebAssembly. */
  readonly threads: string;
}

/** What the form says, checked. */
export interface TrainChoice {
  readonly data: 'mnist' | 'folder';
  readonly size: number;
  readonly channels: 1 | 3;
  readonly preset: PresetName;
  readonly steps: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly device: 'wasm' | 'webgpu';
  readonly threads: number;
}

export type FormProblems = { readonly [K in keyof TrainForm]?: string };

/** More gain little on networks of this size. */
const MOST_THREADS = 4;

/** @param cores that the page may use: 1 where it is not isolated */
export function defaultForm(cores: number): TrainForm {
  return {
    data: 'mnist',
    size: '32',
    grayscale: false,
    ...presetFields('quick'),
    seed: '0',
    device: 'wasm',
    threads: String(Math.min(cores, MOST_THREADS)),
  };
}

/** The fields that a preset fills in. */
export function presetFields(preset: PresetName): Pick<TrainForm, 'preset' | 'steps' | 'batchSize'> {
  const { steps, batchSize } = PRESETS[preset].train;
  return { preset, steps: String(steps), batchSize: String(batchSize) };
}

/** @returns what was chosen, or what is wrong with it by field */
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
    channels: form.data === 'folder' && !form.grayscale ? 3 : 1,
    preset: form.preset,
    steps: whole('steps', 1, 1_000_000),
    batchSize: whole('batchSize', 1, 256),
    seed: whole('seed', 0, Number.MAX_SAFE_INTEGER),
    device: form.device,
    threads: form.device === 'wasm' ? whole('threads', 1, cores) : 1,
  };
  const factor = sizeFactor(form.preset);
  if (problems.size === undefined && choice.size % factor !== 0) {
    problems.size = `A multiple of ${factor}: the network halves images ${Math.log2(factor)} times`;
  }
  return Object.keys(problems).length === 0 ? { choice } : { problems };
}

function sizeFactor(preset: PresetName): number {
  return 2 ** (PRESETS[preset].unet.block_out_channels.length - 1);
}
