import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { expect, it } from 'vitest';
import { checkForm, DEFAULT_FORM, type RequestForm } from '../request/request-form.ts';
import { DEFAULT_BETWEEN, readBetweenPictures, redrawnNote } from './between-pictures.ts';
import { blankLayers } from './layers.ts';

const plain: ModelSpec = {
  name: 'plain',
  image: { channels: 1, height: 2, width: 2 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: null,
};
const digits: ModelSpec = { ...plain, classes: { names: ['a', 'b'], count: 3, nullClass: 2 } };
const tagged: ModelSpec = { ...plain, tags: { names: ['cat', 'sun'], counts: [1, 1], dropped: true } };
const picture = blankLayers({ width: 2, height: 2 }, 1);

function read(spec: ModelSpec, fields: Partial<RequestForm>, settings = {}, second = picture) {
  const form = { ...DEFAULT_FORM, ...fields };
  const checked = checkForm(form, spec);
  if (!('request' in checked)) throw new Error(JSON.stringify(checked.errors));
  const subject = { form, spec, asked: checked.request };
  return readBetweenPictures({ ...DEFAULT_BETWEEN, ...settings }, subject, picture, second);
}

it('readBetweenPictures takes the class or the tags of the request for both pictures', () => {
  expect(read(plain, { class: '' })).toEqual({ count: 8, steps: 50, condition: {} });
  expect(read(digits, { class: 'b' })).toMatchObject({ condition: { class: 1 } });
  expect(read(tagged, { class: 'cat, sun' })).toMatchObject({ condition: { tags: ['cat', 'sun'] } });
});

it('readBetweenPictures reports invalid fields and a second picture that does not fit', () => {
  expect(read(plain, { class: '' }, { count: '1', steps: '1001' })).toEqual({
    errors: { count: 'A whole number from 2 to 1024.', steps: 'A whole number from 1 to 1000.' },
  });
  expect(read(digits, { class: 'all' })).toEqual({
    errors: { second: 'Choose one class in the request. It describes both pictures.' },
  });
  expect(read(plain, { class: '' }, {}, blankLayers({ width: 3, height: 2 }, 3))).toEqual({
    errors: {
      second:
        'It has 3 × 2 pixels and 3 channels, and the first has 2 × 2 pixels and 1 channel. Choose the second picture again.',
    },
  });
});

it('redrawnNote states the error of both pictures', () => {
  expect(redrawnNote([0.01234, 0.5])).toContain('the first picture differs by 0.012 and the second by 0.500');
});
