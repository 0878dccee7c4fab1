import { expect, it } from 'vitest';
import { DEFAULT_EDIT, readEdit } from './edit-fields.ts';

it('readEdit returns the strength without a mask, and ignores the settings of masks', () => {
  expect(readEdit({ ...DEFAULT_EDIT, resample: 'x', jump: '' }, false, 50)).toEqual({
    edit: { strength: 0.6 },
    steps: 30,
  });
});

it('readEdit returns a strength for a masked part only if the part is changed', () => {
  expect(readEdit(DEFAULT_EDIT, true, 50)).toEqual({ edit: {}, steps: 50 });
  expect(readEdit({ ...DEFAULT_EDIT, masked: 'changed', resample: '3', jump: '2' }, true, 50)).toEqual({
    edit: { strength: 0.6, resample: 3, jump: 2 },
    steps: 30,
  });
});

it('readEdit reports the invalid fields', () => {
  expect(readEdit({ ...DEFAULT_EDIT, strength: 0.05 }, false, 1)).toEqual({
    errors: { strength: 'At least 50 % with 1 step.' },
  });
  expect(readEdit({ ...DEFAULT_EDIT, strength: 0.05 }, false, 5)).toEqual({
    errors: { strength: 'At least 10 % with 5 steps.' },
  });
  expect(readEdit({ ...DEFAULT_EDIT, resample: '0' }, true, 5)).toEqual({
    errors: { resample: 'A whole number from 1 to 100.' },
  });
  expect(readEdit({ ...DEFAULT_EDIT, resample: '2', jump: '5' }, true, 5)).toEqual({
    errors: { jump: 'A whole number from 1 to 4.' },
  });
  expect(readEdit({ ...DEFAULT_EDIT, resample: '2' }, true, 1)).toEqual({
    errors: { jump: 'Needs at least 2 steps.' },
  });
});
