import { type Dataset, subset } from '@isonoise/data';
import { describe, expect, it } from 'vitest';
import { MOST_LINEAR, timeRatio } from '../../../tests/support/time-ratio.ts';
import { recordData } from './data-record.ts';
import { dataDifferences } from './same-data.ts';

/** Six images of 2×1 pixels, three in each class. */
const files = ['cat/0.png', 'cat/1.png', 'cat/2.png', 'dog/3.png', 'dog/4.png', 'dog/5.png'];
const pets: Dataset & { readonly files: readonly string[] } = {
  name: 'pets',
  count: 6,
  shape: { channels: 1, height: 1, width: 2 },
  pixels: Uint8Array.from([0, 1, 10, 11, 20, 21, 30, 31, 40, 41, 50, 51]),
  labels: Int32Array.from([0, 0, 0, 1, 1, 1]),
  classNames: ['cat', 'dog'],
  files,
};
const { files: _, ...unnamed } = pets;

const pixelsOf = (images: readonly number[]): Uint8Array =>
  Uint8Array.from(images.flatMap((image) => [10 * image, 10 * image + 1]));

const differences = (before: Dataset, now: Dataset): readonly string[] =>
  dataDifferences(recordData(before), recordData(now));

describe('the images of a resumed run', () => {
  it('are the same with a different name, without file names, or with labels of a different type', () => {
    const again = { ...unnamed, name: 'moved', labels: Uint8Array.from([0, 0, 0, 1, 1, 1]) };
    expect(differences(pets, again)).toEqual([]);
  });

  const cases: readonly (readonly [title: string, now: Dataset, lines: readonly string[]])[] = [
    [
      'a replaced image',
      { ...pets, pixels: pixelsOf([0, 1, 2, 3, 9, 5]) },
      ['1 with other pixels: dog/4.png'],
    ],
    ['a renamed class', { ...pets, classNames: ['cat', 'hound'] }, ['class 1 was "dog" and is "hound"']],
    [
      'swapped classes',
      { ...pets, classNames: ['dog', 'cat'] },
      [
        'class 0 was "cat" and is "dog"',
        'class 1 was "dog" and is "cat"',
        '6 in a different class: cat/0.png, cat/1.png, cat/2.png, dog/3.png, dog/4.png and 1 more',
      ],
    ],
    [
      'an image in a different class, which renumbers later images',
      {
        ...pets,
        pixels: pixelsOf([0, 1, 3, 4, 5, 2]),
        files: ['cat/0.png', 'cat/1.png', 'dog/3.png', 'dog/4.png', 'dog/5.png', 'dog/9.png'],
        labels: Int32Array.from([0, 0, 1, 1, 1, 1]),
      },
      ['1 in a different class: dog/9.png', '3 in a different position: dog/3.png, dog/4.png, dog/5.png'],
    ],
    [
      'a new label for an image at the same position',
      { ...pets, labels: Int32Array.from([0, 0, 1, 1, 1, 1]) },
      ['1 in a different class: cat/2.png'],
    ],
    [
      'two exchanged images',
      { ...pets, pixels: pixelsOf([1, 0, 2, 3, 4, 5]) },
      ['2 in a different position: cat/1.png, cat/0.png'],
    ],
    [
      'an image whose name has a line break, which is escaped',
      { ...pets, pixels: pixelsOf([0, 1, 2, 3, 4, 9]), files: [...files.slice(0, 5), 'dog/5\nerror.png'] },
      ['1 missing: dog/5.png', '1 new: dog/5\\x0aerror.png'],
    ],
    ['a removed image', subset(pets, 5), ['images: 6 before, now 5', '1 missing: dog/5.png']],
    [
      'a removed image and a new one',
      {
        ...pets,
        pixels: pixelsOf([0, 2, 3, 4, 5, 7]),
        files: [...files.filter((file) => file !== 'cat/1.png'), 'dog/7.png'],
        labels: Int32Array.from([0, 0, 1, 1, 1, 1]),
      },
      ['1 missing: cat/1.png', '1 new: dog/7.png'],
    ],
    [
      'an added class',
      { ...pets, classNames: ['cat', 'dog', 'eel'] },
      ['classes: 2 before, now 3, with "eel"'],
    ],
    [
      'a different size',
      { ...pets, shape: { channels: 1, height: 2, width: 1 } },
      ['images were 2x1 with 1 channel and are 1x2 with 1 channel'],
    ],
  ];
  it.each(cases)('differ with %s', (_title, now, lines) => {
    expect(differences(pets, now)).toEqual(lines);
  });

  it('are named by number if they have no file names', () => {
    expect(differences(unnamed, { ...unnamed, pixels: pixelsOf([8, 1, 2, 3, 4, 5]) })).toEqual([
      '1 with other pixels: image 0',
    ]);
  });

  it('differ if they lose or gain classes', () => {
    const { labels: _labels, classNames: _names, ...unlabelled } = unnamed;
    expect(differences(unnamed, unlabelled)).toEqual(['classes: 2 before, now none']);
    expect(differences(unlabelled, unnamed)).toEqual(['classes: none before, now 2']);
  });

  it('have a record of bounded size, and large sets are compared in ranges', () => {
    const count = 200_000;
    const many = (changed: number): Dataset => ({
      name: 'many',
      count,
      shape: { channels: 1, height: 1, width: 1 },
      pixels: Uint8Array.from({ length: count }, (_, i) => (i === changed ? 255 : i % 251)),
    });
    const record = recordData(many(-1));
    expect(record).toMatchObject({ imagesPerDigest: 4, labels: null, files: null });
    expect(record.digests.length).toBe(12 * 50_000);
    expect(differences(many(-1), many(123_456))).toEqual([
      'some images with these numbers differ: 123456 to 123459',
    ]);
  });

  it('are compared in time proportional to their number, even if thousands are equal', () => {
    const filled = (count: number, value: (image: number) => number): Dataset => ({
      name: 'blank',
      count,
      shape: { channels: 1, height: 1, width: 1 },
      pixels: Uint8Array.from({ length: count }, (_, i) => value(i)),
    });
    const halves = (count: number, first: boolean): Dataset =>
      filled(count, (i) => (i < count / 2 === first ? 0 : 255));
    // Hashing all images with SHA-256 would take longer than comparing them.
    const record = (images: Dataset) =>
      recordData(images, (bytes) => Buffer.from(bytes).toString('hex').padStart(12, '0'));
    const swapped = (count: number): (() => readonly string[]) => {
      const [before, now] = [record(halves(count, true)), record(halves(count, false))];
      return () => dataDifferences(before, now);
    };
    const changed = (count: number): (() => readonly string[]) => {
      const [before, now] = [record(filled(count, (i) => i % 251)), record(filled(count, () => 255))];
      return () => dataDifferences(before, now);
    };
    expect(swapped(65_536)()).toEqual([
      '65536 in a different position: image 32768, image 32769, image 32770, image 32771, image 32772 and 65531 more',
    ]);
    expect(changed(65_536)()).toEqual([
      '65536 with other pixels: image 0, image 1, image 2, image 3, image 4 and 65531 more',
    ]);
    expect(timeRatio(swapped(1024), swapped(16_384))).toBeLessThan(MOST_LINEAR);
    expect(timeRatio(changed(1024), changed(16_384))).toBeLessThan(MOST_LINEAR);
  });
});
