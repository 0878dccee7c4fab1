import { isGuidable, type ModelSpec, schedulerProcess } from '@isonoise/bundle';
import { classColumns } from '@isonoise/picture';
import {
  type BetweenRequest,
  fitsAsGuide,
  type ModelSampleRequest,
  samplingNotes,
  usualSettings,
  variancesOf,
} from '@isonoise/runtime';
import {
  clipSetting,
  DEFAULT_GUIDANCE,
  DEFAULT_SAMPLERS,
  expectedOf,
  GUIDANCE_RANGE,
  isGuidance,
  readSetting,
  type SamplerName,
  samplers,
  samplersFor,
} from '@isonoise/sampler';
import { type Spacing, spacingsFor } from '@isonoise/schedule';
import { asSentence } from '../text/format.ts';
import { type BetweenTexts, isBetween, NO_BETWEEN_TEXTS, readBetween } from './between-texts.ts';
import { type CanvasTexts, NO_CANVAS_TEXTS, pictureShape, readCanvas } from './canvas-texts.ts';
import { ALL_CLASSES, chosenClass, classText } from './class-text.ts';
import { type FinishTexts, NO_FINISH_TEXTS } from './finish-texts.ts';
import { guidanceOf } from './guidance-scale.ts';
import { type GuidanceTexts, NO_GUIDANCE_TEXTS, readGuidance } from './guidance-texts.ts';
import { hasNoisySteps } from './sampler-noise.ts';
import { isSeed } from './seed-text.ts';
import { conflictError, readSettings, type SettingTexts, settingTexts } from './setting-texts.ts';
import { MOST_IMAGES, sizeError } from './size-error.ts';
import { readTags, tagError } from './tag-text.ts';

/** Values of the form, as typed: incomplete numbers are kept as text. */
export interface RequestForm extends SettingTexts, GuidanceTexts, CanvasTexts, FinishTexts, BetweenTexts {
  /** Name of the model. */
  readonly model: string;
  /**
   * A class as {@link classText} writes it; `''` for no class, {@link ALL_CLASSES} for every class in turn. For a model
   * with tags, the tags as text: `cat, heart, -outline`.
   */
  readonly class: string;
  readonly seed: string;
  readonly count: string;
  /** Numbers of single images of the seed, separated by commas; `''` for the first `count` images. */
  readonly images: string;
  readonly sampler: SamplerName;
  readonly steps: string;
  /** `''` means the scale that the model recommends. */
  readonly guidance: string;
  /** Name of the guide; `''` means that the model itself, without a class, is the guide. */
  readonly guide: string;
  /** Limit of the estimates of the image; `''` means the model's limit. */
  readonly clip: string;
  /** `''` means the model's spacing. */
  readonly spacing: Spacing | '';
}

export const DEFAULT_FORM: RequestForm = {
  model: '',
  class: ALL_CLASSES,
  seed: '7',
  count: '20',
  images: '',
  sampler: DEFAULT_SAMPLERS.diffusion,
  steps: stepsFor(DEFAULT_SAMPLERS.diffusion, 1000),
  guidance: String(DEFAULT_GUIDANCE),
  guide: '',
  ...NO_GUIDANCE_TEXTS,
  clip: '',
  spacing: '',
  ...NO_CANVAS_TEXTS,
  ...NO_FINISH_TEXTS,
  ...NO_BETWEEN_TEXTS,
  ...settingTexts(DEFAULT_SAMPLERS.diffusion),
};

export type FormErrors = Readonly<Partial<Record<keyof RequestForm, string>>>;

/** A request for a model; its guide is a name, which the caller opens. */
export type AskedRequest = Omit<ModelSampleRequest, 'guide' | 'start'> & {
  readonly steps: number;
  readonly guide?: string;
};

/** The request of a valid form, or the errors by field. */
export type CheckedForm =
  | {
      /** The ends of in-between pictures, which replace seed, class and tags of the request; null for other pictures. */
      readonly ends: Pick<BetweenRequest, 'from' | 'to'> | null;
      readonly request: AskedRequest;
    }
  | { readonly errors: FormErrors };

/** Finds the spec of a model by its name; null if it is not available. */
type FindSpec = (name: string) => ModelSpec | null;

/** Checks all fields. Errors are worded for the form. @param find finds the guide; by default, it finds none */
export function checkForm(form: RequestForm, spec: ModelSpec, find: FindSpec = () => null): CheckedForm {
  const errors: Partial<Record<keyof RequestForm, string>> = {};
  const { num_train_timesteps: T } = spec.scheduler;
  const names = spec.classes?.names ?? [];

  if (!isSeed(form.seed)) errors.seed = 'A whole number from 0 to 2⁶⁴ − 1.';
  const images = imagesOf(form);
  const single = form.images !== '';
  if (images === null && single) errors.images = `Up to ${MOST_IMAGES} different numbers, such as 3 or 3,5.`;
  else if (images === null) errors.count = `A whole number from 1 to ${MOST_IMAGES}.`;
  const steps = wholeNumber(form.steps, T);
  if (steps === null) errors.steps = `A whole number from 1 to ${T}.`;
  const { settings, errors: settingErrors } = readSettings(form.sampler, form);
  Object.assign(
    errors,
    settingErrors,
    conflictError(form.sampler, settings, usualSettings(spec, form.sampler)),
  );
  const clip = form.clip.trim() === '' ? undefined : readSetting(clipSetting, form.clip);
  if (clip === undefined && form.clip.trim() !== '') errors.clip = asSentence(expectedOf(clipSetting));
  if (settings.variance !== undefined && !variancesOf(spec).includes(settings.variance)) {
    errors.variance = `${spec.name} has ${variancesOf(spec).join(', ')}.`;
  }
  const guidance = guidanceOf(form, spec);
  const guided = canGuide(form, spec);
  if (guided && !isGuidance(guidance))
    errors.guidance = `From ${GUIDANCE_RANGE.least} to ${GUIDANCE_RANGE.most}; 1 means no guidance.`;
  const guiding = readGuidance(form);
  if (guided) Object.assign(errors, guiding.errors, guideError(form, spec, find));
  const chosen = chosenClass(form, spec);
  const known = form.class === ALL_CLASSES ? names.length > 0 : chosen !== null;
  const tags = spec.tags === undefined ? null : readTags(form.class);
  const wrongTags = tags === null ? undefined : tagError(form.class, spec);
  if (wrongTags !== undefined) errors.class = wrongTags;
  if (tags !== null && tags.without.length > 0 && (guidance === 1 || form.guide !== ''))
    errors.guidance = 'Tags with a minus sign need guidance other than 1, without a guide.';
  if (tags === null && form.class !== '' && !known) errors.class = `${spec.name} has no class ${form.class}.`;
  const { canvas, errors: canvasErrors } = readCanvas(form, spec.image);
  Object.assign(errors, canvasErrors);
  if (images !== null && Object.keys(canvasErrors).length === 0) {
    const error = sizeError(images.length, pictureShape(form, spec.image), columnsOf(form, spec));
    if (error !== null) errors[canvas === undefined ? 'count' : 'canvas'] = error;
  }

  const between = isBetween(form) && errors.seed === undefined ? readBetween(form, spec) : null;
  if (between !== null && 'errors' in between) Object.assign(errors, between.errors);
  else if (
    between !== null &&
    BigInt(between.from.seed) !== BigInt(between.to.seed) &&
    hasNoisySteps(form, spec)
  )
    errors.toSeed = 'The sampler adds noise in its steps. Choose another one, such as DPM-Solver++ 2M.';
  if (images === null || steps === null || Object.keys(errors).length > 0) return { errors };
  const ends = between === null || 'errors' in between ? null : between;
  const label = form.class === ALL_CLASSES ? images.map((image) => image % names.length) : chosen?.label;
  const request: AskedRequest = {
    seed: form.seed,
    ...(single ? { images } : { count: images.length }),
    sampler: form.sampler,
    steps,
    ...(tags === null ? { class: label } : tags),
    ...(guided ? { guidance } : {}),
    ...(guided && guidance !== 1
      ? { ...guiding.settings, ...(form.guide === '' ? {} : { guide: form.guide }) }
      : {}),
    ...settings,
    ...(form.spacing === '' ? {} : { spacing: form.spacing }),
    ...(canvas === undefined ? {} : { canvas }),
    ...(typeof clip === 'number' ? { clip } : clip === null ? { clip: false } : {}),
  };
  return { request, ends };
}

/** Returns the numbers of the images that a form requests; null if they are not valid. */
export function imagesOf({ count, images }: Pick<RequestForm, 'count' | 'images'>): readonly number[] | null {
  if (images === '') {
    const length = wholeNumber(count, MOST_IMAGES);
    return length === null ? null : Array.from({ length }, (_, i) => i);
  }
  const numbers = images
    .split(',')
    .map((text) => (/^\s*\d{1,10}\s*$/.test(text) ? Number(text) : Number.NaN));
  const isValid = numbers.every((number) => number < 2 ** 32) && new Set(numbers).size === numbers.length;
  return isValid && numbers.length <= MOST_IMAGES ? numbers : null;
}

/** Notes about a valid request; empty for an invalid one. */
export function notesOf(form: RequestForm, spec: ModelSpec, find: FindSpec = () => null): readonly string[] {
  const checked = checkForm(form, spec, find);
  return 'request' in checked ? samplingNotes(spec, checked.request) : [];
}

/** Whether guidance applies: with a guide, or with a class or tags that the model can also draw without. */
export function canGuide(form: RequestForm, spec: ModelSpec): boolean {
  return form.guide !== '' || (form.class !== '' && isGuidable(spec));
}

/** Returns a sentence that says why guidance does not apply and how to make it apply; null if it applies. */
export function guidanceBlock(form: RequestForm, spec: ModelSpec): string | null {
  if (canGuide(form, spec)) return null;
  const { classes, tags } = spec;
  if (tags?.dropped === true) return 'Needs tags, or a guide.';
  if (classes !== null && classes.nullClass !== null) return 'Needs a class, or a guide.';
  const known =
    tags !== undefined ? 'with tags only' : classes !== null ? 'with classes only' : 'without classes';
  return `Needs a guide, because this model was trained ${known}.`;
}

/** Checks the guide of a form. @returns the error of its field, if any */
function guideError({ guide }: RequestForm, spec: ModelSpec, find: FindSpec): FormErrors {
  if (guide === '') return {};
  const found = find(guide);
  if (found === null) return { guide: `The model ${guide} is not available here. Choose another.` };
  if (fitsAsGuide(spec, found)) return {};
  return { guide: `${guide} is not a model of the same kind as ${spec.name}. Choose another.` };
}

/** Images per row, as in `pnpm sample`: one column per class if all classes are drawn; else undefined. */
export function columnsOf(form: RequestForm, { classes }: ModelSpec): number | undefined {
  if (form.class !== ALL_CLASSES || form.images !== '' || classes === null) return undefined;
  return classColumns(Number(form.count), classes.names.length);
}

/** The samplers that fit a model. */
export const samplersOf = ({ scheduler }: Pick<ModelSpec, 'scheduler'>): readonly SamplerName[] =>
  samplersFor(schedulerProcess(scheduler));

/** The spacings that fit a model. */
export const spacingsOf = ({ scheduler }: Pick<ModelSpec, 'scheduler'>): readonly Spacing[] =>
  spacingsFor(schedulerProcess(scheduler));

/** Returns the default number of steps of a sampler, as text. @param T number of timesteps */
export function stepsFor(sampler: SamplerName, T: number): string {
  return String(samplers[sampler].defaultSteps(T));
}

function wholeNumber(text: string, most: number): number | null {
  const value = Number(text);
  return /^\d+$/.test(text.trim()) && value >= 1 && value <= most ? value : null;
}
