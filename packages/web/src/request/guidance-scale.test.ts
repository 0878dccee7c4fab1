import { type ModelSpec, toSchedulerConfig, withSampler } from '@isonoise/bundle';
import { type ModelSampleRequest, toSampleRequest } from '@isonoise/runtime';
import { expect, it } from 'vitest';
import { fitForm } from './fit-form.ts';
import { guidanceOf } from './guidance-scale.ts';
import { formFromQuery, formToQuery, withModelGuidance } from './link.ts';
import { checkForm, DEFAULT_FORM, type RequestForm } from './request-form.ts';

const icons: ModelSpec = {
  name: 'icons',
  image: { channels: 4, height: 8, width: 8 },
  dataRange: [-1, 1],
  scheduler: withSampler(toSchedulerConfig({ kind: 'cosine' }), { guidance: 3 }),
  classes: null,
  tags: { names: ['cat', 'outline'], counts: [4, 2], dropped: true },
};
const form: RequestForm = {
  ...fitForm(DEFAULT_FORM, icons),
  ...{ class: 'cat', count: '1', steps: '4', guidance: '' },
};

it.each([
  ['cat', 3],
  // NEGATIVE_GUIDANCE of the runtime.
  ['cat, -outline', 2],
  // Images without tags are not guided.
  ['', 1],
])('a form with the tags "%s" and without guidance gets the scale of the runtime, %d', (tags, scale) => {
  const checked = checkForm({ ...form, class: tags }, icons);
  if (!('request' in checked)) throw new Error(JSON.stringify(checked.errors));
  const { guide: _, ...request } = checked.request;
  const { guidance: __, ...bare }: ModelSampleRequest = request;
  expect(toSampleRequest(icons, request).guidance).toBe(scale);
  expect(toSampleRequest(icons, bare).guidance).toBe(scale);
});

it('guidanceOf prefers the typed scale', () => {
  expect(guidanceOf({ ...form, guidance: '1.5' }, icons)).toBe(1.5);
  expect(guidanceOf({ ...form, guidance: 'x' }, icons)).toBeNaN();
});

it.each([
  ['cat', '3'],
  ['cat, -outline', '2'],
])('a link with the tags "%s" and without guidance gets the scale %s', (tags, scale) => {
  const query = formToQuery({ ...form, class: tags });
  query.delete('guidance');
  const opened = formFromQuery(query);
  expect(opened && withModelGuidance(opened, query, icons).guidance).toBe(scale);
});

it('an empty guidance field stays empty in links and with another model', () => {
  const query = formToQuery(form);
  const opened = formFromQuery(query);
  expect(opened && withModelGuidance(opened, query, icons)).toMatchObject({ guidance: '', class: 'cat' });
  expect(fitForm(form, { ...icons, name: 'other' }, icons).guidance).toBe('');
});
