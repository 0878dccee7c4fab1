import { expect, it } from 'vitest';
import { classesOf } from './classes-of.ts';

const model = { classes: { count: 3, names: ['a', 'b'], nullClass: 2 } };

it('classesOf cycles through the classes if model, data set and feature network have the same classes', () => {
  const classNames = ['a', 'b'];
  expect(classesOf(model, { classNames }, { classNames: null }, 3)).toEqual([0, 1, 0]);
  expect(classesOf(model, { classNames }, { classNames }, 3)).toEqual([0, 1, 0]);
});

it('classesOf returns null if classes differ or are missing', () => {
  const classNames = ['a', 'b'];
  expect(classesOf(model, { classNames }, { classNames: ['b', 'a'] }, 3)).toBeNull();
  expect(classesOf(model, { classNames }, { classNames: ['a'] }, 3)).toBeNull();
  expect(classesOf(model, {}, { classNames: null }, 3)).toBeNull();
  expect(classesOf({}, { classNames }, { classNames: null }, 3)).toBeNull();
});
