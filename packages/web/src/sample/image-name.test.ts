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
const digits: ModelSpec = { ...pets, classes: { count: 4, names: ['0', '1', '2'], nullClass: 3 } };
const icons: ModelSpec = {
  ...pets,
  classes: null,
  tags: { names: ['heart', 'red'], counts: [2, 1], dropped: true },
};

it.each([
  [{ class: 'all' }, 'Image 4, dog', pets],
  [{ class: 'fish' }, 'Image 4, fish', pets],
  [{ class: '' }, 'Image 4', pets],
  [{ class: 'heart, -red' }, 'Image 4, heart', icons],
  [{ class: 'all' }, 'Image 4, class 1', digits],
  [{ class: '2' }, 'Image 4, class 2', digits],
  [{ class: '2', toClass: '0' }, 'Image 4, between class 2 and class 0', digits],
])('nameOfImage of image 4 with %j is %j', (fields, name, spec) => {
  expect(nameOfImage(4, { ...DEFAULT_FORM, ...fields }, spec)).toBe(name);
});

it('nameOfImage returns only the number if the form cannot describe the run', () => {
  expect(nameOfImage(4, null, pets)).toBe('Image 4');
});

it('classOfImage returns the class of one image as the form writes it', () => {
  expect(classOfImage(4, { ...DEFAULT_FORM, class: 'all' }, pets)).toBe('dog');
  expect(classOfImage(4, { ...DEFAULT_FORM, class: 'fish' }, pets)).toBe('fish');
  expect(classOfImage(4, { ...DEFAULT_FORM, class: 'heart, -red' }, icons)).toBe('heart, -red');
});
