import { isIsonoiseError, isTooDeep, plural, showValue } from '@isonoise/error';
import { checkPlan, type SamplingPlan, type SamplingStart } from '@isonoise/sampler';
import { runtimeError } from './errors.ts';
import { checkGivenNames, type Given, givenOfImage } from './image-given.ts';

/** Ways to change finished images. They are not part of a sampling plan. */
const FINISHES = ['palette', 'symmetry'] as const;

/** The request for drawn images, as it is stored in PNG files (docs/formats.md). */
export interface ImageRecord {
  /** SHA-256 of the network's file; absent if it is unknown. */
  readonly model?: string | undefined;
  /** SHA-256 of the guide's file; only if a second network guided the run. */
  readonly guideModel?: string | undefined;
  readonly plan: SamplingPlan;
  /** Absent if the run started from noise alone, or if it was resumed and its pictures are unknown. */
  readonly given?: Given | undefined;
  /** How the finished images were changed; absent if they are unchanged. */
  readonly finish?: readonly (typeof FINISHES)[number][] | undefined;
  /**
   * Colours of the finished images as `#rrggbbaa`; only if `finish` contains `palette`. Absent in pictures of earlier
   * versions.
   */
  readonly palette?: readonly string[] | undefined;
}

/**
 * Keyword of the PNG text that contains the record, and the record's format, version and maximum length in
 * characters.
 */
export const IMAGE_RECORD: {
  readonly keyword: string;
  readonly format: string;
  readonly version: number;
  readonly most: number;
} = { keyword: 'isonoise', format: 'isonoise-images', version: 1, most: 1 << 22 };

/** Maximum nesting depth, which protects recursive checks from stack overflow. A record has five levels. */
const MAX_DEPTH = 16;

function fail(problem: string): never {
  throw runtimeError('RUNTIME_RECORD', `image record: ${problem}`);
}

/** Creates the record of a run from its start or its saved state. */
export function imageRecord(
  { plan, model, guideModel }: Pick<SamplingStart, 'plan' | 'model' | 'guideModel'>,
  { given, finish, palette }: Pick<ImageRecord, 'given' | 'finish' | 'palette'> = {},
): ImageRecord {
  return {
    plan,
    ...(model === undefined ? {} : { model }),
    ...(guideModel === undefined ? {} : { guideModel }),
    ...(given === undefined ? {} : { given }),
    ...(finish === undefined || finish.length === 0 ? {} : { finish }),
    ...(palette === undefined ? {} : { palette }),
  };
}

/** Returns the fields of a record that describe how finished images were changed. */
export function finishRecord({
  mirror,
  palette,
}: {
  /** Whether the images were made symmetric. */
  readonly mirror: boolean;
  /** Colours as `[red, green, blue, alpha]`, 0 to 255; null if the images were not limited to a palette. */
  readonly palette: readonly (readonly number[])[] | null;
}): Pick<ImageRecord, 'finish' | 'palette'> {
  const hex = (value: number): string => value.toString(16).padStart(2, '0');
  return {
    finish: FINISHES.filter((name) => (name === 'palette' ? palette !== null : mirror)),
    ...(palette === null ? {} : { palette: palette.map((colour) => `#${colour.map(hex).join('')}`) }),
  };
}

/** Returns the record of a single image of a run. @param at position of the image in the run, from 0 */
export function recordOfImage(record: ImageRecord, at: number): ImageRecord {
  const { plan, given } = record;
  const { images, classLabels, tags, blend } = plan;
  const one = <T>(list: readonly T[]): readonly T[] => list.slice(at, at + 1);
  return {
    ...record,
    plan: {
      ...plan,
      images: one(images),
      classLabels: classLabels === null ? null : one(classLabels),
      ...(tags === undefined ? {} : { tags: { ...tags, images: one(tags.images) } }),
      ...(blend === undefined
        ? {}
        : {
            blend: {
              ...(blend.classLabels === undefined ? {} : { classLabels: one(blend.classLabels) }),
              ...(blend.tags === undefined ? {} : { tags: one(blend.tags) }),
              shares: one(blend.shares),
            },
          }),
    },
    ...(given === undefined ? {} : { given: givenOfImage(given, at) }),
  };
}

/**
 * Encodes a record as canonical JSON: keys in alphabetical order, no spaces. Equal requests have equal texts.
 *
 * @throws `RUNTIME_RECORD` if the text would be too long
 */
export function encodeImageRecord(record: ImageRecord): string {
  const { format, version, most } = IMAGE_RECORD;
  const text = JSON.stringify(sorted({ format, version, ...record }));
  if (text.length <= most) return text;
  return fail(
    `the request has ${plural(text.length, 'character')}; expected at most ${most}. Omit the record from the PNG, or draw fewer images.`,
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

/** Advice for a file of a newer version. The file itself is correct. */
const UPDATE = 'Update isonoise to read newer versions.';

/**
 * Decodes the text of {@link encodeImageRecord}, copying only known fields. The text may be of unknown origin.
 *
 * @param text text of the PNG file; undefined if it has none
 * @param name name of the file, for error messages
 * @throws `RUNTIME_RECORD` if the text is missing or not JSON, its format or version is unknown, or a field is out of
 *   range
 */
export function decodeImageRecord(text: string | undefined, name: string): ImageRecord {
  if (text === undefined) {
    const problem = `${name}: contains no isonoise request; expected a PNG that isonoise wrote.`;
    throw runtimeError(
      'RUNTIME_RECORD',
      `${problem} Use the original file: many programs and websites remove texts from pictures.`,
    );
  }
  try {
    return parseRecord(text);
  } catch (cause) {
    if (!isIsonoiseError(cause)) throw cause;
    const problem = cause.message.replace(/^image record: /, '');
    throw runtimeError(
      'RUNTIME_RECORD',
      `${name}: the request in the picture: ${problem}${problem.endsWith(UPDATE) ? '' : ' Use the original file from isonoise.'}`,
      { cause },
    );
  }
}

function parseRecord(text: string): ImageRecord {
  const { format, version, most } = IMAGE_RECORD;
  if (text.length > most) fail(`has ${plural(text.length, 'character')}; expected at most ${most}.`);
  if (isTooDeep(text, MAX_DEPTH))
    fail(`is nested deeper than ${MAX_DEPTH} levels; expected the text that isonoise wrote.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw runtimeError('RUNTIME_RECORD', 'is not JSON; expected the text that isonoise wrote.', { cause });
  }
  if (typeof value !== 'object' || value === null) return fail(`is ${showValue(value)}; expected an object.`);
  const fields: { [K in keyof ImageRecord | 'format' | 'version']?: unknown } = value;
  if (fields.format !== format) fail(`format is ${showValue(fields.format)}; expected "${format}".`);
  if (fields.version !== version)
    fail(`version is ${showValue(fields.version)}; expected ${version}. ${UPDATE}`);
  const plan = checkPlan(fields.plan, fail);
  const given = checkGivenNames(fields.given, plan.images.length, fail);
  if (given !== undefined && plan.start === 'noise')
    fail('given is present, but the run started from noise; expected no such field.');
  if (given !== undefined && (given.masks === undefined) !== (plan.inpainting === undefined))
    fail('given.masks and plan.inpainting do not agree; expected both fields or neither.');
  const model = hash('model', fields.model);
  const guideModel = hash('guideModel', fields.guideModel);
  const finish = checkFinish(fields.finish);
  const palette = checkPalette(fields.palette, finish);
  return imageRecord({ plan, model, guideModel }, { given, finish, palette });
}

function checkPalette(value: unknown, finish: ImageRecord['finish']): ImageRecord['palette'] {
  if (value === undefined) return undefined;
  if (finish?.includes('palette') !== true)
    fail('palette is present, but finish does not contain palette; expected no such field.');
  const isColour = (colour: unknown): colour is string =>
    typeof colour === 'string' && /^#[0-9a-f]{8}$/.test(colour);
  if (Array.isArray(value) && value.length > 0 && value.every(isColour)) return [...value];
  return fail(`palette is ${showValue(value)}; expected a list of one or more colours such as #ff8800ff.`);
}

function hash(name: string, value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value))) return value;
  return fail(`${name} is ${showValue(value)}; expected a SHA-256 in lower-case hexadecimal.`);
}

function checkFinish(value: unknown): ImageRecord['finish'] {
  if (value === undefined) return undefined;
  const known = FINISHES.filter((name) => Array.isArray(value) && value.includes(name));
  if (Array.isArray(value) && value.length === known.length) return known;
  return fail(`finish is ${showValue(value)}; expected a list of one or more of ${FINISHES.join(', ')}.`);
}
