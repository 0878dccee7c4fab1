import { type ModelSpec, schedulerMeaning } from '@isonoise/bundle';
import { defaultSampler, usualGuidance, variancesOf } from '@isonoise/runtime';
import { NO_BETWEEN_TEXTS } from './between-texts.ts';
import { NO_CANVAS_TEXTS, readCanvas } from './canvas-texts.ts';
import { ALL_CLASSES, chosenClass, classText } from './class-text.ts';
import { NO_FINISH_TEXTS } from './finish-texts.ts';
import { DEFAULT_FORM, type RequestForm, samplersOf, spacingsOf, stepsFor } from './request-form.ts';
import { givenTexts, settingTexts } from './setting-texts.ts';
import { tagError } from './tag-text.ts';

/**
 * Adapts the form to another model: resets values that the model does not support. If the sampler was the default of
 * the earlier model, it becomes the default of the new one. The same applies to the guidance scale.
 *
 * @param chosen the model that was chosen before; null for none. It has no effect on a form without a model
 */
export function fitForm(form: RequestForm, spec: ModelSpec, chosen: ModelSpec | null = null): RequestForm {
  const before = form.model === '' ? null : chosen;
  const names = spec.classes?.names ?? [];
  const { num_train_timesteps: T } = spec.scheduler;
  const keeps = form.class === '' || form.class === ALL_CLASSES || chosenClass(form, spec) !== null;
  const needsClass = spec.classes !== null && spec.classes.nullClass === null;
  // The first tag took the place of all classes when the model with tags was chosen.
  const hadFirstTag = form.class !== '' && form.class === before?.tags?.names[0];
  const asked = needsClass || form.class !== '';
  const fallback = names.length === 0 || !asked ? '' : hadFirstTag ? ALL_CLASSES : classText(names, 0);
  const keepsSampler = samplersOf(spec).includes(form.sampler) && !hasDefaultSampler(form, spec, before);
  const sampler = keepsSampler ? form.sampler : defaultSampler(spec);
  const isOther = sampler !== form.sampler;
  const own = schedulerMeaning(spec.scheduler);
  const isOwn = !keepsSampler && sampler === own.sampler;
  const isSame = form.model === spec.name;
  const keepsCanvas = isSame || Object.keys(readCanvas(form, spec.image).errors).length === 0;
  return {
    ...form,
    ...(keepsCanvas ? {} : NO_CANVAS_TEXTS),
    ...(isSame ? {} : NO_FINISH_TEXTS),
    ...(isSame ? {} : NO_BETWEEN_TEXTS),
    ...(isOther ? { sampler, ...settingTexts(sampler) } : {}),
    ...(variancesOf(spec).some((variance) => variance === form.variance) ? {} : { variance: '' }),
    ...(isOwn ? givenTexts(own.settings) : {}),
    spacing: form.spacing === '' || spacingsOf(spec).includes(form.spacing) ? form.spacing : '',
    model: spec.name,
    guide: isSame ? form.guide : '',
    images: isSame ? form.images : '',
    class:
      spec.tags !== undefined
        ? tagError(form.class, spec) === undefined
          ? form.class
          : (spec.tags.names[0] ?? '')
        : names.length > 0 && keeps && !(needsClass && form.class === '')
          ? form.class
          : fallback,
    guidance: hasUsualGuidance(form, spec, before) ? String(usualGuidance(spec)) : form.guidance,
    steps:
      isOwn && own.steps !== null
        ? String(own.steps)
        : !keepsSampler || Number(form.steps) > T
          ? stepsFor(sampler, T)
          : form.steps,
  };
}

/** Whether a form that was made for another model has the guidance scale of that model. */
function hasUsualGuidance(form: RequestForm, spec: ModelSpec, before: ModelSpec | null): boolean {
  if (form.model === spec.name) return false;
  return form.guidance === (before === null ? DEFAULT_FORM.guidance : String(usualGuidance(before)));
}

/** Whether a form that was made for another model has the default sampler and steps of that model. */
function hasDefaultSampler(form: RequestForm, spec: ModelSpec, before: ModelSpec | null): boolean {
  if (form.model === spec.name) return false;
  const usual = before === null ? DEFAULT_FORM.sampler : defaultSampler(before);
  const T = before?.scheduler.num_train_timesteps ?? 1000;
  const own = before === null ? null : schedulerMeaning(before.scheduler).steps;
  return form.sampler === usual && form.steps === (own === null ? stepsFor(usual, T) : String(own));
}
