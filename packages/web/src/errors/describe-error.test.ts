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

it.each([
  ['BUNDLE_FILE_MISSING', 'A file of the model is missing or could not be fetched'],
  ['BUNDLE_CONNECTION', 'The model could not be fetched'],
  ['BUNDLE_VERSION', 'The model needs a newer version of isonoise'],
  ['RUN_TOO_MANY', 'These are too many images for this page'],
  ['RUN_MODEL_MISSING', 'The page does not have this model'],
  ['RUN_FINISHED', 'This run cannot be resumed'],
  ['BUNDLE_HASH_MISMATCH', 'The model’s files are not valid'],
])('describeError gives errors with the code %s the title "%s"', (code, title) => {
  expect(describeError(Object.assign(new Error('a message'), { code })).title).toBe(title);
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
])('describeError explains the error of %s for code that could not be fetched', (_, message) => {
  const described = describeError(new TypeError(message));
  expect(described).toMatchObject({ title: 'A part of the page could not be loaded', code: 'SERVER_FILE' });
  expect(described.message).toContain(message);
  expect(described.message).toMatch(/expected .*\. Check the network, .* reload the page\.$/);
});
