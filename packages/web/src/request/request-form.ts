import type { ModelSpec } from '@isonoise/bundle';
import type { ModelSampleRequest } from '@isonoise/runtime';
import { type SamplerName, samplers } from '@isonoise/sampler';
import type { Spacing } from '@isonoise/schedule';

/** As `--class all` of the command line: the classes in turn, one a column. */
export const ALL_CLASSES = 'all';

/** What the form holds: text as it was typed, so that nothing is lost while it is not yet a number. */
export interface RequestForm {
  /** Name of the model. */
  readonly model: string;
  /** Name of a class; `''` for none, {@link ALL_CLASSES} for each in turn. */
  readonly class: string;
  readonly seed: string;
  readonly count: string;
  readonly sampler: SamplerName;
  readonly steps: string;
  readonly guidance: string;
  /** DDIM's η. */
  readonly eta: string;
  /** `''`: as the model says. */
  readonly spacing: Spacing | '';
}

export const DEFAULT_FORM: RequestForm = {
  model: '',
  class: ALL_CLASSES,
  seed: '7',
  count: '20',
  sampler: 'ddim',
  steps: '25',
  guidance: '2',
  eta: '0',
  spacing: '',
};

/** Beyond this a page's memory is the limit, not the model. */
const MOST_IMAGES = 1024;

export type FormErrors = Readonly<Partial<Record<keyof RequestForm, string>>>;

/** What a form asks for, or which fields cannot be used. */
export type CheckedForm =
  | { readonly request: ModelSampleRequest & { readonly count: number; readonly steps: number } }
  | { readonly errors: FormErrors };

/** Checks every field at once, in the words of someone who fills in a form. */
export function checkForm(form: RequestForm, spec: ModelSpec): CheckedForm {
  const errors: Partial<Record<keyof RequestForm, string>> = {};
  const { num_train_timesteps: T } = spec.scheduler;
  const names = spec.classes?.names ?? [];

  if (!isSeed(form.seed)) errors.seed = 'A whole number from 0 to 2⁶⁴ − 1.';
  const count = wholeNumber(form.count, MOST_IMAGES);
  if (count === null) errors.count = `A whole number from 1 to ${MOST_IMAGES}.`;
  const steps = wholeNumber(form.steps, T);
  if (steps === null) errors.steps = `A whole number from 1 to ${T}.`;
  const eta = Number(form.eta);
  if (form.sampler === 'ddim' && !(form.eta.trim() !== '' && eta >= 0 && eta <= 1))
    errors.eta = 'From 0 to 1.';
  const guidance = Number(form.guidance);
  const guided = canGuide(form, spec);
  if (guided && !(form.guidance.trim() !== '' && Number.isFinite(guidance)))
    errors.guidance = 'A number; 1 is no guidance.';
  const known = form.class === ALL_CLASSES ? names.length > 0 : names.includes(form.class);
  if (form.class !== '' && !known) errors.class = `${spec.name} has no class ${form.class}.`;

  if (count === null || steps === null || Object.keys(errors).length > 0) return { errors };
  const label = classOf(form.class, names, count);
  return {
    request: {
      seed: form.seed,
      count,
      sampler: form.sampler,
      steps,
      ...(label === undefined ? {} : { class: label }),
      ...(guided && guidance !== 1 ? { guidance } : {}),
      ...(form.sampler === 'ddim' && eta !== 0 ? { eta } : {}),
      ...(form.spacing === '' ? {} : { spacing: form.spacing }),
    },
  };
}

/** Guidance needs a class to guide to, and a null class to guide away from. */
export function canGuide(form: RequestForm, { classes }: ModelSpec): boolean {
  return form.class !== '' && classes !== null && classes.nullClass !== null;
}

/** Images in a row, as `pnpm sample` lays them out: with all classes, a class is a column. */
export function columnsOf(form: RequestForm, { classes }: ModelSpec): number | undefined {
  return form.class === ALL_CLASSES ? classes?.names.length : undefined;
}

/** The form for another model: what this one lacks is not asked of it. */
export function fitForm(form: RequestForm, spec: ModelSpec): RequestForm {
  const names = spec.classes?.names ?? [];
  const { num_train_timesteps: T } = spec.scheduler;
  const keeps = form.class === '' || form.class === ALL_CLASSES || names.includes(form.class);
  const needsClass = spec.classes !== null && spec.classes.nullClass === null;
  const fallback = names.length > 0 && (needsClass || form.class !== '') ? (names[0] as string) : '';
  return {
    ...form,
    model: spec.name,
    class: names.length > 0 && keeps && !(needsClass && form.class === '') ? form.class : fallback,
    steps: Number(form.steps) > T ? String(samplers[form.sampler].defaultSteps(T)) : form.steps,
  };
}

function isSeed(text: string): boolean {
  return /^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n;
}

function wholeNumber(text: string, most: number): number | null {
  const value = Number(text);
  return /^\d+$/.test(text.trim()) && value >= 1 && value <= most ? value : null;
}

function classOf(text: string, names: readonly string[], count: number): number | number[] | undefined {
  if (text === '') return undefined;
  if (text === ALL_CLASSES) return Array.from({ length: count }, (_, i) => i % names.length);
  return names.indexOf(text);
}
