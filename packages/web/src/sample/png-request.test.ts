import { givenOf } from '@isonoise/runtime';
import { expect, it } from 'vitest';
import { describeRecord } from './png-request.ts';

it('describeRecord says that a file is drawn again only if it contains all that its images began with', () => {
  expect(describeRecord({ given: undefined })).toContain('drawn again');
  const x = Float32Array.of(0, 1);
  expect(describeRecord({ given: givenOf({ start: { x } }, 2, 2) })).toBe(
    'PNG files contain the request, but not the values between two seeds that it began with',
  );
  expect(describeRecord({ given: givenOf({ edit: { image: x, strength: 0.5 } }, 2, 2) })).toBe(
    'PNG files contain the request, but not the picture that was changed',
  );
});
