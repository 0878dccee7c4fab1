import {
  drawingSamplers,
  guidanceSettingNames,
  mapGuidanceSettings,
  mapSettings,
  readSetting,
  settingsOf,
} from '@isonoise/sampler';
import { SPACINGS } from '@isonoise/schedule';
import { DEFAULT_FORM, type RequestForm } from './request-form.ts';
import { settingTexts } from './setting-texts.ts';

/**
 * Encodes a request for the address. The link contains every field that affects the images, so it gives the
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
  return query;
}

/**
 * Decodes the request of an address. Missing fields and unknown names get defaults; numbers are kept as text,
 * for the form to check.
 *
 * @returns null if the address does not name a model
 */
export function formFromQuery(query: URLSearchParams): RequestForm | null {
  const model = query.get('model');
  if (model === null) return null;
  const text = (name: keyof RequestForm): string => query.get(name) ?? DEFAULT_FORM[name];
  const sampler = drawingSamplers.find((name) => name === query.get('sampler')) ?? DEFAULT_FORM.sampler;
  const usual = settingTexts(sampler);
  return {
    ...mapSettings((setting, name) => {
      const given = settingsOf(sampler).includes(name) ? query.get(name) : null;
      if (given === null) return usual[name];
      const isNumber = setting.kind === 'number' || setting.kind === 'integer';
      return isNumber || readSetting(setting, given) !== undefined ? given : usual[name];
    }),
    ...mapGuidanceSettings((_, name) => query.get(name) ?? ''),
    guide: query.get('guide') ?? '',
    clip: query.get('clip') ?? '',
    model,
    class: query.get('class') ?? '',
    seed: text('seed'),
    count: text('count'),
    sampler,
    steps: text('steps'),
    guidance: text('guidance'),
    spacing: SPACINGS.find((name) => name === query.get('spacing')) ?? '',
  };
}
