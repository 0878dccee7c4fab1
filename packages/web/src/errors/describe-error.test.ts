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

it.each([
  ['Chromium', 'Failed to fetch dynamically imported module: http://127.0.0.1/assets/edit-tab.js'],
  ['Firefox', 'error loading dynamically imported module: http://127.0.0.1/assets/edit-tab.js'],
  ['Safari', 'Importing a module script failed.'],
  ['Vite', 'Unable to preload CSS for /assets/edit-tab.css'],
])('describeError says what to do if code could not be fetched in %s', (_, message) => {
  const described = describeError(new TypeError(message));
  expect(described).toMatchObject({ title: 'A part of the page could not be loaded', code: 'SERVER_FILE' });
  expect(described.message).toContain(message);
  expect(described.message).toMatch(/expected .*\. Check the network, .* reload the page\.$/);
});
