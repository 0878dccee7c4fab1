import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { toSampleRequest } from '@isonoise/runtime';
import { planSampling } from '@isonoise/sampler';
import { describe, expect, it } from 'vitest';
import { formOfPlan } from '../sample/form-of-plan.ts';
import { fitForm } from './fit-form.ts';
import { checkForm, DEFAULT_FORM } from './request-form.ts';
import { readTags, tagText, toggleTag } from './tag-text.ts';

const icons: ModelSpec = {
  name: 'icons',
  image: { channels: 1, height: 8, width: 8 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: null,
  tags: { names: ['face', 'black cat', 'outline'], counts: [9, 8, 7], dropped: true },
};
const form = { ...fitForm(DEFAULT_FORM, icons), class: 'Black cat, -outline' };

describe('tags of a form', () => {
  it('are names separated by commas, with a minus sign before negative ones', () => {
    const lists = { tags: ['cat', 'heart'], without: ['out line'] };
    expect(readTags(' cat,heart, - out line,')).toEqual(lists);
    expect(readTags(tagText(lists))).toEqual(lists);
  });

  it('are added and removed by a button', () => {
    expect(toggleTag('', 'cat')).toBe('cat');
    expect(toggleTag('cat, -sun', 'face')).toBe('cat, face, -sun');
    expect(toggleTag('cat, -sun', 'cat')).toBe('-sun');
    expect(toggleTag('cat, -sun', 'sun')).toBe('cat');
  });

  it('become a request', () => {
    expect(checkForm(form, icons)).toMatchObject({
      request: { tags: ['Black cat'], without: ['outline'], guidance: 1.5 },
    });
  });

  it.each([
    [{ class: 'fase' }, { class: /"fase" is not a tag of icons; .* The nearest are face\./ }],
    [{ class: 'face, -outline', guidance: '1' }, { guidance: /guidance other than 1/ }],
  ])('are reported if they are invalid: %j', (changes, errors) => {
    const [[field, message]] = Object.entries(errors) as [[string, RegExp]];
    expect(checkForm({ ...form, ...changes }, icons)).toEqual({
      errors: { [field]: expect.stringMatching(message) },
    });
  });

  it('are replaced by the most common tag if the model does not have them', () => {
    expect(fitForm({ ...DEFAULT_FORM, class: 'all' }, icons).class).toBe('face');
    expect(fitForm({ ...DEFAULT_FORM, class: 'outline' }, icons).class).toBe('outline');
    expect(fitForm({ ...DEFAULT_FORM, class: 'face' }, { ...icons, tags: undefined }).class).toBe('');
  });

  it('are restored from the plan of a saved run', () => {
    const checked = checkForm(form, icons);
    if (!('request' in checked)) throw new Error('expected a request');
    const { guide: _, ...request } = checked.request;
    const plan = planSampling(toSampleRequest(icons, request));
    expect(formOfPlan(plan, icons)).toMatchObject({ class: 'black cat, -outline', guidance: '1.5' });
  });
});
