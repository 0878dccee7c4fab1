import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
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

it('pnpm sample writes one PNG per image and an atlas, and replaces earlier outputs but no other files or inputs', async () => {
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

  // The existing images are earlier outputs, so they are replaced.
  expect((await isonoise([...draw, '--out', out])).code).toBe(0);
  expect(await readdir(out)).toEqual(names);

  const [one, two] = names.map((name) => out + name);
  const refused = async (...flags: readonly string[]): Promise<string> => {
    const { code, stderr } = await isonoise([...draw, '--out', out, ...flags]);
    expect(code).toBe(2);
    // Nothing is drawn before the error.
    expect(stderr).not.toContain('isonoise sample');
    return stderr;
  };
  await writeFile(`${two}`, 'a photo');
  const before = await readFile(`${one}`);
  expect(await refused()).toContain(`--out ${two}: exists, but is not a PNG with a request of isonoise;`);
  expect(await refused('--init', `${one}`, '--overwrite')).toContain(
    `--out ${one}: would replace ${one}, which is an input`,
  );
  expect(await refused('--atlas', `${one}`)).toContain(`--atlas ${one}: is also the file of --out ${one}`);
  expect([await readFile(`${one}`), await readFile(`${two}`, 'utf8')]).toEqual([before, 'a photo']);
  expect((await isonoise([...draw, '--out', out, '--overwrite'])).code).toBe(0);
  expect(await readFile(`${two}`, 'utf8')).not.toBe('a photo');

  await rm(`${two}`);
  await mkdir(`${two}`);
  expect(await refused('--overwrite')).toContain(`--out ${two}: names a folder`);
  expect(await readdir(out)).toEqual(names);
});

it.skipIf(process.platform === 'win32')(
  'pnpm sample checks the folder to which a link and .. lead',
  async () => {
    const real = path.join(folder, 'real');
    await mkdir(path.join(real, 'sub'), { recursive: true });
    await symlink(path.join(real, 'sub'), path.join(folder, 'link'));
    const draw = ['sample', MNIST, '--provider', 'cpu', '--steps', '1', '--count', '1', '--seed', '5'];
    const out = `${folder}/link/../`;
    expect((await isonoise([...draw, '--out', out])).code).toBe(0);
    expect(await readdir(real)).toEqual(['0000-seed-5.png', 'sub']);
    await writeFile(path.join(real, '0000-seed-5.png'), 'a photo');
    for (const file of [out, `${out}0000-seed-5.png`]) {
      const { code, stderr } = await isonoise([...draw, '--out', file]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('error CLI_OUTPUT_EXISTS')]);
    }
    expect(await readFile(path.join(real, '0000-seed-5.png'), 'utf8')).toBe('a photo');
  },
);
