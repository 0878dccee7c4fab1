import { expect, it } from 'vitest';
import { downloadText } from './download-text.ts';

it.each([
  [false, 'data/cifar10: 1 file downloaded, 2 already present; every SHA-256 matches'],
  [true, 'data/cifar10: 1 file written, 2 already present; every SHA-256 matches'],
])('downloadText says whether the files were converted from a package: %s', (isConverted, text) => {
  const result = { folder: 'data/cifar10', downloaded: ['a.bin'], present: ['b.bin', 'c.bin'] };
  expect(downloadText(result, isConverted)).toBe(text);
});
