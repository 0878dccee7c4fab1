import { expect, it } from 'vitest';
import { describeError } from './describe-error.ts';

it('describeError gives an IsonoiseError a title and keeps its message and code', () => {
  const error = Object.assign(new Error('sample: guidance is 2, but …'), { code: 'RUNTIME_REQUEST' });
  expect(describeError(error)).toEqual({
    title: 'The model cannot draw that',
    message: 'sample: guidance is 2, but …',
    code: 'RUNTIME_REQUEST',
  });
});

it('describeError accepts any thrown value', () => {
  expect(describeError('no').message).toBe('no');
  expect(describeError(new Error('')).message).not.toBe('');
  expect(describeError(undefined)).toMatchObject({ title: 'Something went wrong', code: null });
});
