import { describe, expect, it } from 'vitest';
import { MOST_LINEAR, timeRatio } from '../../../tests/support/time-ratio.ts';
import { nearestNames } from './nearest-names.ts';
import { chooseTags, resolveTags } from './tag-choice.ts';

const tags = { names: ['face', 'cat', 'heart', 'black cat', 'sun'], counts: [9, 8, 7, 6, 5], dropped: true };
const model = { name: 'icons', tags };

describe('chooseTags', () => {
  it('finds each tag once, without regard to case and spaces', () => {
    expect(chooseTags(model, ['Cat ', 'heart', 'cat'], 'tags')).toEqual([1, 2]);
  });

  it.each([
    ['hart', 'The nearest are heart.'],
    ['cats', 'The nearest are cat'],
    ['zzzzzz', 'The most common are face, cat, heart, black cat, sun.'],
  ])('suggests other tags for %s, which is not a tag', (typed, advice) => {
    expect(() => chooseTags(model, [typed], 'tags')).toThrow(
      `sample: "${typed}" is not a tag of icons; expected one of its 5 tags. ${advice}`,
    );
  });

  it('chooses the first of several names that differ only in case', () => {
    const names = ['a', 'cat', 'Cat', 'CAT'];
    expect(chooseTags({ name: 'm', tags: { ...tags, names } }, ['CAT'], 'tags')).toEqual([1]);
  });

  it('takes time proportional to the number of tags, in models and requests with many tags', () => {
    const choose = (count: number): (() => void) => {
      const names = Array.from({ length: count }, (_, i) => `tag ${i}`);
      const lists = Array.from({ length: count / 256 }, (_, i) => names.slice(256 * i, 256 * (i + 1)));
      return () => {
        const chosen = resolveTags({ name: 'm', tags: { ...tags, names } }, { tags: lists }, lists.length);
        expect(chosen?.images.at(-1)?.[255]).toBe(count - 1);
      };
    };
    expect(timeRatio(choose(1024), choose(16_384))).toBeLessThan(MOST_LINEAR);
  });

  it('refuses tags for a model without tags', () => {
    expect(() => resolveTags({ name: 'mnist' }, { tags: ['cat'] }, 1)).toThrow(
      'tags is ["cat"], but mnist was trained without tags; expected no tags. Omit tags.',
    );
    expect(() => resolveTags({ name: 'mnist' }, { without: ['cat'] }, 1)).toThrow(/without is \["cat"\]/);
    expect(resolveTags({ name: 'mnist' }, {}, 1)).toBeUndefined();
  });
});

describe('resolveTags', () => {
  it('gives the same tags to all images, or individual tags to each image', () => {
    expect(resolveTags(model, { tags: ['sun'], without: ['face'] }, 2)).toEqual({
      count: 5,
      images: [[4], [4]],
      without: [0],
    });
    expect(resolveTags(model, { tags: [['sun'], [], ['cat', 'face']] }, 3)?.images).toEqual([
      [4],
      [],
      [1, 0],
    ]);
    expect(() => resolveTags(model, { tags: [['sun']] }, 2)).toThrow(/got 1 list of tags for 2 images/);
  });
});

describe('nearestNames', () => {
  it('orders names by their distance; names that contain the text have distance 1', () => {
    expect(nearestNames('cat', ['dog', 'hat', 'black cat', 'car'])).toEqual(['hat', 'black cat', 'car']);
    expect(nearestNames('x', ['dog', 'y'])).toEqual(['y']);
    expect(nearestNames('bleu', ['red', 'blue'])).toEqual(['blue']);
    expect(nearestNames('quux', ['face'])).toEqual([]);
  });
});
