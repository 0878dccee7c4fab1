import type { ModelSpec } from '@isonoise/bundle';
import { sizeText } from '@isonoise/data';
import { requestBetween, toSampleRequest } from '@isonoise/runtime';
import {
  type PlannedBlend,
  planSampling,
  type SamplingPlan,
  type SettingName,
  samplers,
  settingNames,
  settingOf,
  settingText,
} from '@isonoise/sampler';
import { SPACINGS } from '@isonoise/schedule';
import { type CanvasTexts, NO_CANVAS_TEXTS, windowsOf } from '../request/canvas-texts.ts';
import { ALL_CLASSES, classText } from '../request/class-text.ts';
import { checkForm, DEFAULT_FORM, type RequestForm } from '../request/request-form.ts';
import { type SettingTexts, settingTexts } from '../request/setting-texts.ts';
import { tagText } from '../request/tag-text.ts';

/**
 * Finds the form whose request gives a plan. A plan contains the steps instead of their spacing, so each spacing is
 * tried.
 *
 * @returns null if no form gives the plan
 */
export function formOfPlan(plan: SamplingPlan, spec: ModelSpec, guide?: ModelSpec): RequestForm | null {
  const chosen = classOf(plan, spec);
  // In-between pictures of two seeds begin with given values, which no form describes.
  const toClass = plan.blend === undefined ? '' : classOf(endOfBlend(plan, plan.blend), spec);
  if (chosen === null || toClass === null) return null;
  const [low, high] = plan.guidanceInterval ?? [null, null];
  const text = (value: number | null): string => (value === null ? '' : String(value));
  const form: RequestForm = {
    ...DEFAULT_FORM,
    model: spec.name,
    class: chosen,
    seed: plan.seed,
    count: String(plan.images.length),
    images:
      plan.blend !== undefined || plan.images.every((image, i) => image === i) ? '' : plan.images.join(','),
    sampler: plan.sampler,
    steps: String(plan.steps.length),
    guidance: String(plan.guidance),
    guide: guide?.name ?? '',
    guidanceRescale: plan.guidanceRescale === 0 ? '' : String(plan.guidanceRescale),
    guidanceLow: text(low),
    guidanceHigh: text(high),
    ...canvasOf(plan, spec),
    toClass,
    ...settingTexts(plan.sampler),
  };
  const expected = JSON.stringify(complete(plan));
  // Forms that leave settings, clip or spacing to the model are tried first.
  for (const settings of [textsOf(plan, false), textsOf(plan, true)]) {
    for (const clip of ['', settingText(plan.clip)]) {
      for (const spacing of ['', ...SPACINGS] as const) {
        const tried = { ...form, ...settings, clip, spacing };
        const made = planOf(tried, spec, guide);
        if (made !== null && JSON.stringify(complete(made)) === expected) return tried;
      }
    }
  }
  return null;
}

/** Returns the plan of a form; null if the form is invalid. */
function planOf(form: RequestForm, spec: ModelSpec, guide: ModelSpec | undefined): SamplingPlan | null {
  const checked = checkForm(form, spec, (name) => (name === guide?.name ? guide : null));
  if (!('request' in checked)) return null;
  const { guide: name, ...rest } = checked.request;
  const { ends } = checked;
  const request = {
    ...rest,
    ...(name === undefined || guide === undefined ? {} : { guide: { spec: guide, sha256: undefined } }),
  };
  try {
    if (ends === null) return planSampling(toSampleRequest(spec, request));
    const between = requestBetween(spec, { ...request, ...ends, count: Number(form.count) });
    return planSampling(toSampleRequest(spec, { ...between, guide: request.guide }));
  } catch {
    // A spacing may not fit the model or the number of steps.
    return null;
  }
}

/** Returns the fields of the size of a plan's pictures. */
function canvasOf({ shape, windows }: SamplingPlan, { image }: ModelSpec): CanvasTexts {
  if (windows === undefined) return NO_CANVAS_TEXTS;
  const { stride, tile } = windows;
  const isWhole = shape.width === image.width && shape.height === image.height;
  return {
    canvas: isWhole ? '' : sizeText(shape),
    stride: stride === windowsOf(image, image).stride ? '' : String(stride),
    tile: tile ? 'true' : '',
  };
}

/** Returns a plan with the classes or tags of the second end of its blend, without negative tags. */
const endOfBlend = (plan: SamplingPlan, { classLabels, tags = [] }: PlannedBlend): SamplingPlan => ({
  ...plan,
  classLabels: classLabels ?? null,
  ...(plan.tags === undefined ? {} : { tags: { ...plan.tags, images: tags, without: [] } }),
});

/** Returns the text of the class field for a plan's class or tags; null if the field cannot express them. */
export function classOf(
  { images, classLabels, nullClass, tags }: SamplingPlan,
  { classes, tags: known }: ModelSpec,
): string | null {
  if (tags !== undefined && known !== undefined) {
    const [first = [], ...different] = tags.images;
    const named = (list: readonly number[]): readonly string[] => list.map((tag) => known.names[tag] ?? '');
    const isSame = different.every((list) => list.join() === first.join());
    return isSame ? tagText({ tags: named(first), without: named(tags.without) }) : null;
  }
  const [label, ...others] = classLabels ?? [];
  if (label === undefined || classes === null) return '';
  const { names } = classes;
  if (others.every((other) => other === label)) return label === nullClass ? '' : classText(names, label);
  const inTurn = classLabels?.every((each, i) => each === (images[i] ?? i) % names.length);
  return inTurn === true ? ALL_CLASSES : null;
}

/**
 * Returns the settings of a plan as texts.
 *
 * @param all whether to include settings that the model usually gives
 */
const textsOf = ({ settings }: SamplingPlan, all: boolean): Partial<SettingTexts> =>
  Object.fromEntries(
    settingNames.flatMap((name) => {
      const value = settings[name];
      const isLeftOut = value === undefined || (!all && settingOf(name).fromModel === true);
      return isLeftOut ? [] : [[name, settingText(value)]];
    }),
  );

/** Returns a plan with all settings, including defaults, in a fixed order. */
function complete(plan: SamplingPlan): object {
  const usual = samplers[plan.sampler].settings;
  const value = (name: SettingName): unknown => plan.settings[name] ?? usual[name];
  return { ...plan, settings: settingNames.map((name) => [name, value(name)]) };
}
