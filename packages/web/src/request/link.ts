import type { ModelSpec } from '@isonoise/bundle';
import {
  drawingSamplers,
  guidanceSettingNames,
  mapGuidanceSettings,
  mapSettings,
  readSetting,
  type SettingName,
  settingNames,
  settingOf,
  settingsOf,
} from '@isonoise/sampler';
import { SPACINGS } from '@isonoise/schedule';
import { recommendedGuidance } from './guidance-scale.ts';
import { DEFAULT_FORM, type RequestForm } from './request-form.ts';
import { settingTexts } from './setting-texts.ts';

/**
 * Encodes a request as the query of a link. The link contains every field that affects the images, so it gives the
 * same images even if defaults change. The device is left out, because it does not affect the images.
 */
export function formToQuery(form: RequestForm): URLSearchParams {
  const query = new URLSearchParams({
    model: form.model,
    seed: form.seed,
    count: form.count,
    sampler: form.sampler,
    steps: form.steps,
  });
  if (form.images !== '') query.set('images', form.images);
  if (form.class !== '') {
    query.set('class', form.class);
  }
  if (form.class !== '' || form.guide !== '') {
    query.set('guidance', form.guidance);
    if (form.guide !== '') query.set('guide', form.guide);
    for (const name of guidanceSettingNames) if (form[name] !== '') query.set(name, form[name]);
  }
  for (const name of settingsOf(form.sampler)) {
    if (form[name] !== '') query.set(name, form[name]);
  }
  if (form.clip !== '') query.set('clip', form.clip);
  if (form.spacing !== '') query.set('spacing', form.spacing);
  for (const name of EXTRAS) if (form[name] !== '') query.set(name, form[name]);
  return query;
}

/**
 * Decodes the request in the query of a link. Missing fields and unknown names get defaults; numbers are kept as text,
 * for the form to check.
 *
 * @returns null if the link does not name a model
 */
export function formFromQuery(query: URLSearchParams): RequestForm | null {
  const model = query.get('model');
  if (model === null || model === '') return null;
  const text = (name: keyof RequestForm): string => query.get(name) ?? DEFAULT_FORM[name];
  const sampler = drawingSamplers.find((name) => name === query.get('sampler')) ?? DEFAULT_FORM.sampler;
  const defaults = settingTexts(sampler);
  return {
    ...mapSettings((setting, name) => {
      const given = settingsOf(sampler).includes(name) ? query.get(name) : null;
      if (given === null) return defaults[name];
      return isTyped(name) || readSetting(setting, given) !== undefined ? given : defaults[name];
    }),
    ...mapGuidanceSettings((_, name) => query.get(name) ?? ''),
    guide: query.get('guide') ?? '',
    clip: query.get('clip') ?? '',
    model,
    class: query.get('class') ?? '',
    seed: text('seed'),
    count: text('count'),
    images: text('images'),
    sampler,
    steps: text('steps'),
    guidance: text('guidance'),
    spacing: SPACINGS.find((name) => name === query.get('spacing')) ?? '',
    canvas: text('canvas'),
    stride: text('stride'),
    toSeed: text('toSeed'),
    toClass: text('toClass'),
    tile: query.get('tile') === 'true' ? 'true' : '',
    palette: query.get('palette') === 'auto' ? 'auto' : '',
    symmetry: query.get('symmetry') === 'mirror' ? 'mirror' : '',
  };
}

/** Fields that a link has only if they are given. */
const EXTRAS = ['canvas', 'stride', 'tile', 'palette', 'symmetry', 'toSeed', 'toClass'] as const;

/** Returns the form of a link. If the link contains no guidance scale, the form gets the recommended scale. */
export function withModelGuidance(form: RequestForm, query: URLSearchParams, spec: ModelSpec): RequestForm {
  return query.has('guidance') ? form : { ...form, guidance: String(recommendedGuidance(form, spec)) };
}

/** Fields of {@link EXTRAS} with a single value. */
const SINGLE = { tile: 'true', palette: 'auto', symmetry: 'mirror' } as const;

/** Parameters that every link may have. */
const PLAIN = [
  'model',
  'seed',
  'count',
  'images',
  'sampler',
  'steps',
  'class',
  'guidance',
  'guide',
  'clip',
  'spacing',
  ...EXTRAS,
];

/**
 * Lists the problems of a link: a missing model, repeated parameters, and unknown samplers, settings and spacings. The
 * last three are replaced by defaults in {@link formFromQuery}. The form reports other invalid values.
 */
export function linkProblems(query: URLSearchParams): readonly string[] {
  const names = [...query.keys()];
  const repeated = names.filter((name, i) => names.indexOf(name) < i);
  return [
    ...((query.get('model') ?? '') === '' ? ['no model'] : []),
    ...new Set(repeated.map((name) => `${name} more than once`)),
    ...unknownIn(query),
  ];
}

function unknownIn(query: URLSearchParams): readonly string[] {
  const requested = query.get('sampler');
  const sampler = drawingSamplers.find((name) => name === (requested ?? DEFAULT_FORM.sampler));
  const problems: string[] = [];
  if (sampler === undefined) problems.push(`the unknown sampler ${requested}`);
  const spacing = query.get('spacing');
  if (spacing !== null && !SPACINGS.some((name) => name === spacing))
    problems.push(`the unknown spacing ${spacing}`);
  for (const [name, only] of Object.entries(SINGLE)) {
    const value = query.get(name);
    if (value !== null && value !== only) problems.push(unknownValue(name, value));
  }
  const known = sampler === undefined ? settingNames : settingsOf(sampler);
  for (const [name, value] of query) {
    if (PLAIN.includes(name) || guidanceSettingNames.some((each) => each === name)) continue;
    const setting = known.find((each) => each === name);
    if (setting === undefined) {
      // With an unknown sampler, the name of a setting is a problem only if no sampler has this setting.
      problems.push(`${name}, which is not a setting of ${sampler ?? 'any sampler'}`);
    } else if (!isTyped(setting) && readSetting(settingOf(setting), value) === undefined)
      problems.push(unknownValue(name, value));
  }
  return problems;
}

const unknownValue = (name: string, value: string): string => `the unknown value “${value}” of ${name}`;

/** Whether the value of a setting is typed. The form then shows an invalid value with its error. */
const isTyped = (name: SettingName): boolean =>
  settingOf(name).kind === 'number' || settingOf(name).kind === 'integer';
