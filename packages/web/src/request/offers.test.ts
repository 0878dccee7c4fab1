import { expect, it } from 'vitest';
import { offeredForm } from './offers.ts';
import { DEFAULT_FORM } from './request-form.ts';

const form = {
  ...DEFAULT_FORM,
  canvas: '96x64',
  stride: '8',
  palette: 'auto',
  symmetry: 'mirror',
  toSeed: '3',
  toClass: 'b',
} as const;

it('offeredForm clears the fields that a tab does not show', () => {
  expect(offeredForm(form, ['canvas', 'palette', 'symmetry', 'between'])).toEqual(form);
  expect(offeredForm(form, [])).toEqual(DEFAULT_FORM);
  expect(offeredForm(form, ['canvas'])).toEqual({ ...DEFAULT_FORM, canvas: '96x64', stride: '8' });
  expect(offeredForm(form, ['palette'])).toEqual({ ...DEFAULT_FORM, palette: 'auto' });
});
