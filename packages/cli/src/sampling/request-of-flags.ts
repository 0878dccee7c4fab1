import type { ModelSpec } from '@isonoise/bundle';
import { classColumns, columnsOfLabels } from '@isonoise/picture';
import {
  type ChosenClass,
  chooseClass,
  chooseTags,
  type GuideModel,
  type ModelSampleRequest,
} from '@isonoise/runtime';
import { pickGuidanceSettings, pickSettings } from '@isonoise/sampler';
import { CliError } from '../errors.ts';
import { canvasOf } from './canvas-of.ts';
import type { ReadStart } from './read-start.ts';
import type { SampleFlags } from './sample-flags.ts';

const DEFAULT_COUNT = 16;
/** Default number of images per class with `--class all`, and per list if there are several lists of tags. */
const DEFAULT_OF_EACH = 4;
/**
 * Value of `--class` for every class in turn. Even if a class has this name, the meaning is the same, so that
 * scripts work the same with every model.
 */
const ALL = 'all';

/** Returns a note if the flag is `--class all` and the model has a class named "all"; otherwise null. */
export function noteOfAll(flags: SampleFlags, { classes }: ModelSpec): string | null {
  const label = flags.class === ALL ? (classes?.names.indexOf(ALL) ?? -1) : -1;
  return label < 0
    ? null
    : `--class ${ALL} draws every class in turn; the class named "${ALL}" is --class-index ${label}`;
}

/**
 * Returns the request that the flags describe.
 *
 * @throws `RUNTIME_REQUEST` if the model does not have the class or a tag; `CLI_USAGE` if the model has no
 *   classes for `--class all`
 */
export function requestOfFlags(
  flags: SampleFlags,
  spec: ModelSpec,
  guide?: GuideModel,
  given?: Pick<ReadStart, 'given' | 'count'>,
): ModelSampleRequest {
  const names = spec.classes?.names ?? [];
  const all = flags.class === ALL;
  if (all && names.length === 0) {
    throw new CliError(
      'CLI_USAGE',
      `--class ${ALL}: ${spec.name} has no classes; expected a model with classes. Leave --class out.`,
    );
  }
  const count = given?.count ?? flags.count ?? defaultCount(flags, all ? names.length : 1);
  const tags = chosenTags(flags, spec, count);
  const chosen = chosenClass(flags, spec);
  return {
    seed: flags.seed ?? '0',
    count,
    ...given?.given,
    canvas: canvasOf(flags, spec.image),
    ...(all ? { class: Array.from({ length: count }, (_, i) => i % names.length) } : {}),
    ...(chosen === null ? {} : { class: chosen.label }),
    ...(tags === undefined ? {} : { tags }),
    ...(flags.without === undefined ? {} : { without: flags.without }),
    sampler: flags.sampler,
    steps: flags.steps,
    spacing: flags.spacing ?? flags.sigmas,
    clip: flags.clip === null ? false : flags.clip,
    guidance: flags.guidance,
    ...pickGuidanceSettings(flags),
    ...(guide === undefined ? {} : { guide }),
    ...pickSettings(flags),
  };
}

/** Returns the default number of images, which is larger if several classes or lists of tags take turns. */
function defaultCount({ tags = [] }: SampleFlags, classes: number): number {
  const inTurn = Math.max(classes, tags.length);
  return inTurn > 1 ? DEFAULT_OF_EACH * inTurn : DEFAULT_COUNT;
}

/** Returns the number of images in which each class or list of tags occurs once. */
export function imagesOfOneTurn(flags: SampleFlags, { classes, tags: known }: ModelSpec): number {
  if (flags.class === ALL) return Math.max(1, classes?.names.length ?? 0);
  const { tags = [] } = flags;
  const isAll = tags.join() === ALL && known !== undefined;
  return Math.max(1, isAll ? Math.min(DEFAULT_COUNT, known.names.length) : tags.length);
}

/**
 * Returns the tags that the flags choose: one list for all images, or a list for each image.
 *
 * @throws `RUNTIME_REQUEST` if the model lacks a tag, even in a list that belongs to no image
 */
function chosenTags({ tags }: SampleFlags, spec: ModelSpec, count: number): ModelSampleRequest['tags'] {
  const known = spec.tags?.names ?? [];
  const lists = tags?.join() === ALL && known.length > 0 ? known.map((name) => [name]) : tags;
  if (lists === undefined || lists.length === 1) return lists?.[0];
  for (const list of lists.slice(count)) chooseTags(spec, list, 'tags');
  return Array.from({ length: count }, (_, i) => lists[i % lists.length] ?? []);
}

/**
 * Returns the single class that the flags choose; null if they choose no class or all classes.
 *
 * @throws `RUNTIME_REQUEST` if the model does not have the class
 */
export function chosenClass(flags: SampleFlags, spec: ModelSpec): ChosenClass | null {
  const choice = flags.classIndex ?? (flags.class === ALL ? undefined : flags.class);
  return choice === undefined ? null : chooseClass(spec, choice);
}

/**
 * Returns the number of images per row of the sheet; undefined means the default. With `--class all`, each
 * class is a column. A resumed or repeated run does not have this flag, so the labels of its images decide.
 */
export function columnsOf(
  flags: SampleFlags,
  { classes }: ModelSpec,
  labels: readonly number[] | null,
): number | undefined {
  if (flags.columns !== undefined || classes === null || labels === null) return flags.columns;
  const { length } = classes.names;
  if (flags.resumeState !== undefined || flags.like !== undefined) return columnsOfLabels(labels, length);
  return flags.class === ALL ? classColumns(labels.length, length) : undefined;
}
