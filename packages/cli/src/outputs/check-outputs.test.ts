import { chmod, link, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkOutputFiles, checkOutputFolder, isWithin, type OutputFile } from './check-outputs.ts';
import { inspectPlace } from './place.ts';

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-outputs-'));
  await mkdir(at('folder'));
  await mkdir(at('model'));
  await writeFile(at('file.png'), 'old');
  await writeFile(at('empty.png'), '');
  await symlink(at('file.png'), at('link.png'));
  await link(at('file.png'), at('hard.png'));
  await symlink(at('folder'), at('way'));
  await mkdir(at('folder', 'sub'));
  await symlink(at('folder', 'sub'), at('sub-link'));
  await writeFile(at('folder', 'photo.png'), 'a photo');
  await mkdir(at('locked'));
  await chmod(at('locked'), 0o500);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const png = (path: string, flag = '--out'): OutputFile => ({ flag, path, format: 'PNG' });

describe('checkOutputFiles', () => {
  it('accepts new files, empty files, devices, and files in folders that do not exist yet', async () => {
    const before = await readdir(root);
    await checkOutputFiles([
      png(at('new.png')),
      png(at('empty.png')),
      png(at('without-extension')),
      png(at('deep', 'er', 'new.png')),
      { flag: '--gif', path: at('new.gif'), format: 'GIF or APNG' },
      { flag: '--npy', path: '/dev/null', format: 'NPY' },
      { flag: '--save-state', path: '/dev/null', format: 'JSON' },
    ]);
    expect(await readdir(root)).toEqual(before);
  });

  it.each<[string, () => string, string]>([
    ['an empty name', () => '', "--out '': is empty; expected the name of a PNG file."],
    ['standard output', () => '-', 'standard output is reserved for the report'],
    ['a name with a NUL', () => 'a\0.png', 'contains a NUL'],
    [
      'the name of a JPEG',
      () => at('a.jpg'),
      `the extension is .jpg, but the file is a PNG; expected .png. Use --out ${'{root}'}/a.png`,
    ],
    ['the name of a GIF', () => at('a.gif'), 'the extension is .gif'],
    ['an existing folder', () => at('folder'), 'names a folder; expected the name of a PNG file'],
    ['the working folder', () => '.', 'names a folder'],
    ['the parent of the working folder', () => '..', 'names a folder'],
    ['the name of a missing folder', () => `${at('none')}/`, 'names a folder'],
    ['a path inside a file', () => at('file.png', 'a.png'), '/file.png is not a folder'],
    ['a path inside the model', () => at('model', 'samples.png'), "is inside the model's folder"],
  ])('refuses %s', async (_what, path, message) => {
    await expect(checkOutputFiles([png(path())], [at('model')])).rejects.toMatchObject({ code: 'CLI_USAGE' });
    await expect(checkOutputFiles([png(path())], [at('model')])).rejects.toThrow(
      message.replace('{root}', root),
    );
  });

  // The user root can write everywhere.
  it.each([
    ['file.png/a.png', '--out file.png/a.png: cannot be written: file.png is not a folder;'],
    ['folder/../../ROOT/file.png/a.png', '/file.png/a.png: cannot be written: file.png is not a folder;'],
  ])('shows relative paths for the relative path %s', async (path, message) => {
    const before = process.cwd();
    process.chdir(root);
    try {
      const typed = path.replace('ROOT', basename(root));
      await expect(checkOutputFiles([png(typed)])).rejects.toThrow(message);
    } finally {
      process.chdir(before);
    }
  });

  it.runIf(process.getuid?.() !== 0)('refuses a folder that is not writable', async () => {
    await expect(checkOutputFiles([png(at('locked', 'a.png'))])).rejects.toThrow('is not writable (EACCES)');
  });

  it.each<[string, () => readonly [string, string]]>([
    ['both with the same name', () => [at('a.png'), at('a.png')]],
    ['one with a different spelling of the path', () => [at('a.png'), `${root}/folder/.././a.png`]],
    ['one with a relative path', () => ['a.png', resolve('a.png')]],
    ['one through a link', () => [at('file.png'), at('link.png')]],
    ['one through a hard link', () => [at('file.png'), at('hard.png')]],
    [
      'one through .. after a link to a folder',
      () => [at('folder', 'photo.png'), `${root}/sub-link/../photo.png`],
    ],
    [
      'both new, one through .. after a link to a folder',
      () => [at('folder', 'new.png'), `${root}/sub-link/../new.png`],
    ],
    ['one through a link to its folder', () => [at('folder', 'new.png'), at('way', 'new.png')]],
  ])('refuses two outputs to the same file, %s', async (_what, paths) => {
    const [one, two] = paths();
    await expect(checkOutputFiles([png(one), png(two, '--other')])).rejects.toThrow(
      `--other ${two}: is also the file of --out ${one}; expected two different files.`,
    );
  });
});

describe('checkOutputFiles, if inputs are given,', () => {
  it.each<[string, () => string]>([
    ['with the same path', () => at('file.png')],
    ['with a different spelling of the path', () => `${root}/folder/../file.png`],
    ['through a link', () => at('link.png')],
    ['through a hard link', () => at('hard.png')],
  ])('refuses an output that is also an input, %s', async (_what, path) => {
    const inputs = [at('model'), at('none.npy'), at('file.png')];
    await expect(checkOutputFiles([png(at('a.png')), png(path(), '--two')], inputs)).rejects.toThrow(
      `--two ${path()}: would replace ${at('file.png')}, which is an input; expected a different file. Choose a different file with --two.`,
    );
  });

  it('accepts outputs that are missing inputs or devices', async () => {
    const outputs = [png(at('none.png')), { flag: '--npy', path: '/dev/null', format: 'NPY' } as const];
    await expect(checkOutputFiles(outputs, [at('none.png'), '/dev/null'])).resolves.toBeUndefined();
  });

  it('refuses an output that is an input through a link and .., even with overwrite', async () => {
    const photo = at('folder', 'photo.png');
    await expect(checkOutputFiles([png(`${root}/sub-link/../photo.png`)], [photo], true)).rejects.toThrow(
      `would replace ${photo}, which is an input`,
    );
  });
});

it('checkOutputFiles checks only the folder if the names of the files are not known yet', async () => {
  const folder = (path: string): OutputFile => ({ ...png(path), isFolder: true });
  const inputs = [at('model'), at('folder', 'photo.png')];
  await checkOutputFiles([folder(`${at('folder')}/`), folder(`${at('new')}/`)], inputs);
  for (const [path, message] of [
    [`${at('file.png')}/`, 'is a file; expected the name of a folder'],
    [`${at('file.png', 'images')}/`, '/file.png is not a folder'],
    [`${at('model')}/`, "is inside the model's folder"],
  ] as const)
    await expect(checkOutputFiles([folder(path)], inputs)).rejects.toThrow(message);
});

describe('checkOutputFolder', () => {
  it('accepts a new folder and an existing folder', async () => {
    expect((await checkOutputFolder('--out', at('models', 'm'), { model: true })).found).toBeNull();
    expect((await checkOutputFolder('--out', at('folder'))).found?.isDirectory()).toBe(true);
    await checkOutputFolder('--out', at('v1.5'), { model: true });
  });

  it.each<[string, () => string, string]>([
    ['an empty name', () => '', "--out '': is empty; expected the name of a folder."],
    [
      'the name of an ONNX file',
      () => at('my.onnx'),
      'which will contain the graph as unet/model.onnx. Use --out {root}/my.',
    ],
    ['the name of an archive', () => at('my.zip'), 'names a file; expected the name of a folder'],
    ['a file', () => at('without'), 'is a file'],
    ['the working folder', () => '.', 'is the working folder or contains it'],
    ['a folder above the working folder', () => '../..', 'is the working folder or contains it'],
    ['a path inside a file', () => at('file.png', 'm'), '/file.png is not a folder'],
    ['a broken link', () => at('dangling'), '/dangling is a broken link'],
    ['a folder behind a broken link', () => at('dangling', 'm'), '/dangling is a broken link'],
  ])('refuses %s for a model', async (_what, path, message) => {
    await writeFile(at('without'), '');
    await rm(at('dangling'), { force: true });
    await symlink(at('nothing'), at('dangling'));
    await expect(checkOutputFolder('--out', path(), { model: true })).rejects.toThrow(
      message.replace('{root}', root),
    );
  });
});

it('inspectPlace treats an empty path as the working folder', async () => {
  const { real, found } = await inspectPlace('');
  expect(real).toBe(await realpath('.'));
  expect(found?.isDirectory()).toBe(true);
});

it.skipIf(process.platform === 'win32')(
  'inspectPlace follows a link before it resolves .., like the kernel',
  async () => {
    for (const path of ['sub-link/..', 'sub-link/../photo.png', 'way/sub/../../file.png', 'way/../model'])
      expect((await inspectPlace(`${root}/${path}`)).real, path).toBe(await realpath(`${root}/${path}`));
    const none = await inspectPlace(`${root}/sub-link/none/../../new.png`);
    expect([none.real, none.found]).toEqual([join(await realpath(at('folder')), 'new.png'), null]);
  },
);

it('isWithin compares whole names of folders', () => {
  expect([
    isWithin('/a/b', '/a'),
    isWithin('/a', '/a'),
    isWithin('/ab', '/a'),
    isWithin('/', '/a'),
    isWithin('/a/..b', '/a'),
  ]).toEqual([true, true, false, false, true]);
});
