import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { gradientTable } from './gradients/index.ts';

it('README.md lists every kernel that has a gradient', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const section = /Kernels:\n([\s\S]*?)\n\n/.exec(readme)?.[1] ?? '';
  const listed = Array.from(section.matchAll(/`([^`]+)`/g), (match) => match[1]);
  expect(listed).toEqual(gradientTable.map(({ kernelName }) => kernelName).toSorted());
});
