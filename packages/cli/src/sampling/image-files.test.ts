import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodePng } from '@isonoise/picture';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isonoise } from '../../testdata/isonoise-command.ts';

const MNIST = path.resolve(import.meta.dirname, '../../../../models/mnist');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('pnpm sample writes one PNG per image and an atlas, and replaces images only with --overwrite', async () => {
  const out = `${path.join(folder, 'digits')}/`;
  const atlas = path.join(folder, 'all.png');
  const draw = [
    'sample',
    MNIST,
    '--provider',
    'cpu',
    '--steps',
    '1',
    '--seed',
    '5',
    '--class',
    '3',
    '--count',
    '2',
  ];
  const first = await isonoise([...draw, '--out', out, '--atlas', atlas]);
  expect(first.code, first.stderr).toBe(0);
  expect(first.stdout).toContain(`2 in ${out}, ${atlas}, ${path.join(folder, 'all.json')}`);
  const names = ['0000-seed-5-3.png', '0001-seed-5-3.png'];
  expect(await readdir(out)).toEqual(names);

  const { frames, meta } = JSON.parse(await readFile(path.join(folder, 'all.json'), 'utf8'));
  expect(Object.keys(frames)).toEqual(names);
  expect(meta).toMatchObject({ image: 'all.png', size: { w: 56, h: 28 } });
  const single = decodePng(await readFile(path.join(out, '0001-seed-5-3.png')), { width: 28, height: 28 });
  const sheet = decodePng(await readFile(atlas), { width: 56, height: 28 });
  // The second image is the right half of the atlas.
  for (let y = 0; y < 28; y++)
    expect(sheet.data.slice((2 * y + 1) * 28, (2 * y + 2) * 28)).toEqual(
      single.data.slice(y * 28, (y + 1) * 28),
    );

  const again = await isonoise([...draw, '--out', out]);
  expect(again.code).toBe(2);
  expect(again.stderr).toContain(
    `--out ${out}: 2 of 2 files exist, such as 0000-seed-5-3.png; expected new files. Choose a different folder, or add --overwrite.`,
  );
  expect((await isonoise([...draw, '--out', out, '--overwrite'])).code).toBe(0);
  expect(await readdir(out)).toEqual(names);
}, 60_000);
