import { describe, expect, it } from 'vitest';
import { decodeFailure } from './decode-failure.ts';

describe('decodeFailure', () => {
  it.each([
    ['Input image exceeds pixel limit', 'DATA_LIMIT', 'a.png: has more than 134217728 pixels'],
    [
      'pngload_buffer: end of stream\npngload_buffer: again',
      'DATA_FORMAT',
      'a.png: cannot be decoded (pngload_buffer: end of stream);',
    ],
  ])('reports the fault of a file: %s', (reason, code, message) => {
    const error = decodeFailure('a.png', new Error(reason));
    expect(error).toMatchObject({ code, file: 'a.png', message: expect.stringContaining(message) });
  });

  it.each([
    new Error('vips_tracked: out of memory --size == 48MB'),
    new Error('memory: unable to allocate 99 bytes'),
    new RangeError('Array buffer allocation failed'),
  ])('does not blame a file for a lack of memory: %s', (cause) => {
    expect(decodeFailure('a.png', cause)).toBe(cause);
  });
});
