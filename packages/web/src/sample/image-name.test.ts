import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { expect, it } from 'vitest';
import { DEFAULT_FORM } from '../request/request-form.ts';
import { classOfImage, nameOfImage } from './image-name.ts';

const pets: ModelSpec = {
  name: 'pets',
  image: { channels: 1, height: 8, width: 8 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: { count: 4, names: ['cat', 'dog', 'fish'], nullClass: 3 },
};
const icons: ModelSpec = {
  ...pets,
  classes: null,
  tags: { names: ['heart', 'red'], counts: [2, 1], dropped: true },
};

it.each([
  [pets, { class: 'all' }, 'Image 4, dog'],
  [pets, { class: 'fish' }, 'Image 4, fish'],
  [pets, { class: '' }, 'Image 4'],
  [icons, { class: 'heart, -red' }, 'Image 4, heart'],
])('nameOfImage for %j with %j is %j', (spec, fields, name) => {
  expect(nameOfImage(4, { ...DEFAULT_FORM, ...fields }, spec)).toBe(name);
});

it('nameOfImage has only the number if the form cannot describe the run', () => {
  expect(nameOfImage(4, null, pets)).toBe('Image 4');
});

it('classOfImage is the class of one image in a form that a link can hold', () => {
  expect(classOfImage(4, { ...DEFAULT_FORM, class: 'all' }, pets)).toBe('dog');
  expect(classOfImage(4, { ...DEFAULT_FORM, class: 'fish' }, pets)).toBe('fish');
  expect(classOfImage(4, { ...DEFAULT_FORM, class: 'heart, -red' }, icons)).toBe('heart, -red');
});
