import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isonoise } from '../../testdata/isonoise-command.ts';

const MNIST = path.resolve(import.meta.dirname, '../../../../models/mnist');
const NOTE = '--class all draws clearer images';
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-class-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['recommends a class for images without a class', [], true],
  ['does not recommend a class for images of a class', ['--class', '3'], false],
  ['does not recommend a class if there is a guide', ['--guide', MNIST, '--guidance', '2'], false],
  ['does not recommend a class if only the result is printed', ['--quiet'], false],
])('pnpm sample %s', async (_what, more, named) => {
  const drawn = ['sample', MNIST, '--provider', 'cpu', '--count', '1', '--steps', '2'];
  const { code, stdout, stderr } = await isonoise([...drawn, '--out', path.join(folder, 'a.png'), ...more]);
  expect(code, stderr).toBe(0);
  expect(stderr.includes(NOTE)).toBe(named);
  expect(stdout).not.toContain(NOTE);
});
