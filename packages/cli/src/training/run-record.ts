import { join } from 'node:path';
import type { TagSpec } from '@isonoise/bundle';
import {
  DATA_LIMITS,
  decodeText,
  FITS,
  HOLDOUT_KEY_LENGTH,
  isLookRecord,
  KERNELS,
  type LookRecord,
  parseImageSize,
} from '@isonoise/data';
import { NODE_PROVIDER_NAMES, type NodeProviderName } from '@isonoise/runtime/provider-names';
import { MAX_THREADS } from '@isonoise/runtime/threads';
import { readRegularFile } from '@isonoise/runtime-node';
import { trainError } from '@isonoise/train';
import { atomicWrite } from '../atomic-write.ts';
import { ALPHA_CHOICES, type AlphaChoice } from './alpha-choice.ts';
import type { Fields } from './config-file.ts';
import { EARLIER_PICTURES, type PictureChoice, type SizeChoice } from './picture-choice.ts';

/** The options that select the images of a run. */
export interface DataChoice extends PictureChoice {
  /** A known data set or a folder, as typed. */
  readonly dataset: string;
  readonly dataDir: string | null;
  /** Size of the images; null if they keep their size. */
  readonly size: SizeChoice | null;
  readonly grayscale: boolean;
  /** Whether images keep their transparency. A run records `on` or `off`. */
  readonly alpha: AlphaChoice;
  /** Colour behind transparent parts, `#rrggbb`; null for white. */
  readonly background: string | null;
  /** Side in pixels of the square to which images are padded; null if they are not padded. */
  readonly pad: number | null;
  readonly limit: number | null;
  /** Whether unusable images were left out. */
  readonly skipBad: boolean;
  /** Share of images that are held out for evaluation; null for the default. */
  readonly holdout: number | null;
  /** Whether the words in file names are tags. */
  readonly tagsFromNames: boolean;
  /** Whether tags and text of the metadata are ignored. */
  readonly ignoreTags: boolean;
  /** Minimum number of images with a tag. Other tags are left out. Null for the default. */
  readonly minTagCount: number | null;
}

/** Engine and device of a run. The same engine on the same device produces the same bits. */
export interface EngineChoice {
  /** Name of the engine. The name can be unknown, if a different version or a user wrote the file. */
  readonly engine: string;
  readonly provider: NodeProviderName | null;
  readonly threads: number | null;
}

/** The held-out images of a run. */
interface HeldOutRecord {
  readonly images: number;
  /** An image is held out if its key is at most this limit. */
  readonly limit: string;
  /** Keys of the held-out images, sorted and joined. A key is the first 16 digits of the SHA-256 of the pixels. */
  readonly keys: string;
}

/** The feature network that measures a run's quality. */
export interface FeaturesChoice {
  /** Path of the ONNX file, as typed. */
  readonly path: string;
  /** Name of the output with the features. */
  readonly output: string;
  /** SHA-256 of the file, followed by the name of the output. */
  readonly identity: string;
}

/** The model whose weights a run started from. */
interface BaseChoice {
  /** Path of the model or run, as typed. */
  readonly path: string;
  /** Absolute path of the model or run. */
  readonly place: string;
  readonly name: string;
  readonly sha256: string;
  /** Notes about parts of the model that did not fit or were changed. */
  readonly notes: readonly string[];
}

/** Content of `run.json`: facts about the start of a run that are not in its configuration. */
export interface RunRecord {
  readonly data: DataChoice;
  readonly engine: EngineChoice;
  /** Number of images for training. */
  readonly images: number;
  /** The images that were held out for evaluation; null if none were held out. */
  readonly heldOut: HeldOutRecord | null;
  /** Names of the classes; null without classes. */
  readonly classNames: readonly string[] | null;
  /** The tags, and the number of training images with each tag; null without tags. */
  readonly tags: Omit<TagSpec, 'dropped'> | null;
  /** Absolute path of the folder with the images; null if no folder was given. */
  readonly place: string | null;
  /** Hash of images, labels and class names; null if an earlier version started the run. */
  readonly dataSha256: string | null;
  /** Colours and symmetry of the training images; null if an earlier version started the run. */
  readonly look: LookRecord | null;
  /** The feature network; null if the run's quality is not measured. */
  readonly features: FeaturesChoice | null;
  /** The model whose weights the run started from; null for random weights. */
  readonly from: BaseChoice | null;
  /** The command that started the run. */
  readonly command: string;
  readonly begun: string;
}

const FILE = 'run.json';
const NOT_RECORDED = {
  place: null,
  dataSha256: null,
  heldOut: null,
  features: null,
  look: null,
  from: null,
  tags: null,
} as const;
const NO_CHOICES = {
  dataDir: null,
  size: null,
  ...EARLIER_PICTURES,
  grayscale: false,
  // Earlier versions showed transparent parts on white.
  alpha: 'off',
  background: null,
  pad: null,
  limit: null,
  skipBad: false,
  // Earlier versions trained on all images.
  holdout: 0,
  tagsFromNames: false,
  // Earlier versions did not read tags.
  ignoreTags: true,
  minTagCount: null,
} as const;

export function writeRunRecord(run: string, record: RunRecord): Promise<void> {
  return atomicWrite(join(run, FILE), `${JSON.stringify(record, null, 2)}\n`);
}

/** Reads `run.json`. @throws `RUN_FILE` with a list of the invalid fields, if the file is damaged */
export async function readRunRecord(run: string): Promise<RunRecord> {
  let value: unknown;
  try {
    value = JSON.parse(decodeText(await readRegularFile(join(run, FILE)), FILE));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw trainError('RUN_FILE', `run ${run}: ${FILE} cannot be read: ${reason}. ${PUT_BACK}`, { cause });
  }
  if (!isObject(value) || !isObject(value.data) || !isObject(value.engine))
    throw trainError('RUN_FILE', `run ${run}: ${FILE} is not a record of a run. ${PUT_BACK}`);
  // Earlier versions recorded fewer fields. Missing choices get their defaults, and other missing fields
  // become null.
  const record = { ...NOT_RECORDED, ...value, data: { ...NO_CHOICES, ...value.data } };
  const wrong = wrongFields(record);
  if (isRunRecord(record, wrong)) return record;
  throw trainError('RUN_FILE', `run ${run}: ${FILE}:\n${wrong.join('\n')}\n${PUT_BACK}`);
}

const PUT_BACK = 'Restore the file as `train` wrote it, or start a run under a different --name.';

type Check = readonly [expected: string, holds: (value: unknown) => boolean];
type Checks<T> = { readonly [K in keyof T]-?: Check };

const text: Check = ['text', (value) => typeof value === 'string' && value !== ''];
const yesOrNo: Check = ['true or false', (value) => typeof value === 'boolean'];
const orNull = ([expected, holds]: Check): Check => [
  `${expected} or null`,
  (value) => value === null || holds(value),
];
const whole = (min: number, max: number): Check => [
  `an integer from ${min} to ${max}`,
  (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
];
const oneOf = (names: readonly string[]): Check => [
  names.join(', '),
  (value) => typeof value === 'string' && names.includes(value),
];
const texts: Check = [
  'a list of text',
  (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
];
const object: Check = ['an object', isObject];
const isSize = (text: string): boolean => parseImageSize(text, DATA_LIMITS.side) !== undefined;
const tags: Check = [
  'names and counts of the tags',
  (value) =>
    isObject(value) &&
    texts[1](value.names) &&
    Array.isArray(value.counts) &&
    value.counts.length === (value.names as readonly string[]).length &&
    value.counts.every((count) => Number.isInteger(count)),
];

const DATA: Checks<DataChoice> = {
  dataset: text,
  dataDir: orNull(text),
  size: orNull([
    `a side from 1 to ${DATA_LIMITS.side}, a size such as 64x32`,
    (value) => (typeof value === 'number' || typeof value === 'string') && isSize(String(value)),
  ]),
  fit: orNull(oneOf(FITS)),
  kernel: orNull(oneOf(KERNELS)),
  atlas: orNull(['the size of a cell, such as 16x16', (value) => typeof value === 'string' && isSize(value)]),
  atlasMargin: orNull(whole(0, DATA_LIMITS.side)),
  atlasSpacing: orNull(whole(0, DATA_LIMITS.side)),
  grayscale: yesOrNo,
  alpha: oneOf(ALPHA_CHOICES),
  background: orNull(['a colour #rrggbb', (value) => /^#[0-9a-f]{6}$/.test(String(value))]),
  pad: orNull(whole(1, DATA_LIMITS.side)),
  limit: orNull(whole(1, DATA_LIMITS.images)),
  skipBad: yesOrNo,
  holdout: orNull(['a number in [0, 1)', (value) => typeof value === 'number' && value >= 0 && value < 1]),
  tagsFromNames: yesOrNo,
  ignoreTags: yesOrNo,
  minTagCount: orNull(whole(1, DATA_LIMITS.images)),
};
const ENGINE: Checks<EngineChoice> = {
  // An unknown engine is not refused here, because a flag can override it.
  engine: text,
  provider: orNull(oneOf(NODE_PROVIDER_NAMES)),
  threads: orNull(whole(1, MAX_THREADS)),
};
const FEATURES: Checks<FeaturesChoice> = { path: text, output: text, identity: text };
const FROM: Checks<BaseChoice> = { path: text, place: text, name: text, sha256: text, notes: texts };
const RECORD: Checks<RunRecord> = {
  data: object,
  engine: object,
  images: whole(1, DATA_LIMITS.images),
  heldOut: orNull(['images, limit and keys of the held-out images', isHeldOutRecord]),
  classNames: orNull(texts),
  tags: orNull(tags),
  place: orNull(text),
  dataSha256: orNull(['64 hexadecimal digits', (value) => /^[0-9a-f]{64}$/.test(String(value))]),
  features: orNull(object),
  look: orNull(['palette and asymmetry of the images', isLookRecord]),
  from: orNull(object),
  command: text,
  begun: text,
};

/** Returns a line for each invalid field. */
function wrongFields(record: Fields): readonly string[] {
  const parts: readonly (readonly [string, unknown, Readonly<Record<string, Check>>])[] = [
    ['data.', record.data, DATA],
    ['engine.', record.engine, ENGINE],
    ...(isObject(record.features) ? ([['features.', record.features, FEATURES]] as const) : []),
    ...(isObject(record.from) ? ([['from.', record.from, FROM]] as const) : []),
    ['', record, RECORD],
  ];
  return parts.flatMap(([prefix, fields, checks]) =>
    Object.entries(checks).flatMap(([name, [expected, holds]]) => {
      const value = isObject(fields) ? fields[name] : undefined;
      return holds(value)
        ? []
        : [`  ${prefix}${name} is ${JSON.stringify(value) ?? 'missing'}; expected ${expected}.`];
    }),
  );
}

function isRunRecord(_record: Fields, wrong: readonly string[]): _record is Fields & RunRecord {
  return wrong.length === 0;
}

function isHeldOutRecord(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { images, limit, keys } = value;
  return (
    typeof images === 'number' &&
    typeof limit === 'string' &&
    typeof keys === 'string' &&
    limit.length === HOLDOUT_KEY_LENGTH &&
    keys.length === images * HOLDOUT_KEY_LENGTH &&
    /^[0-9a-f]+$/.test(limit + keys)
  );
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
