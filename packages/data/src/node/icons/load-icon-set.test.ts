import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadIconSet } from './load-icon-set.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'isonoise-icon-set-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it('loadIconSet reads the folder of an installed package', async () => {
  const folder = join(directory, 'tiny');
  await mkdir(folder);
  const files = {
    'icons.json': { prefix: 'tiny', icons: { dot: { body: '<path d="M0 0h9v9z"/>' } } },
    'info.json': { name: 'Tiny', author: { name: 'A' }, license: { title: 'MIT' } },
    'package.json': { version: '0.1.0' },
  };
  for (const [name, value] of Object.entries(files))
    await writeFile(join(folder, name), JSON.stringify(value));
  const { prefix, version, icons } = await loadIconSet(folder, { directory });
  expect([prefix, version, icons.map(({ name, width }) => [name, width])]).toEqual([
    'tiny',
    '0.1.0',
    [['dot', 16]],
  ]);
  await rm(join(folder, 'icons.json'));
  await expect(loadIconSet(folder, { directory })).rejects.toThrow(`${folder}: icons.json is missing`);
});

it('loadIconSet refuses a name that is neither a known set nor a folder, and lists the known sets', async () => {
  await expect(loadIconSet('nto', { directory })).rejects.toThrow(
    'icon set nto: no such set or folder; expected fluent-emoji-flat, noto, twemoji or the folder of a package',
  );
});

it('loadIconSet requests the exact version from the registry, and refuses an archive with a wrong hash', async () => {
  const urls: string[] = [];
  const fetchOther = async (url: string | URL | Request): Promise<Response> => {
    urls.push(String(url));
    return new Response(new Uint8Array(3_102_958));
  };
  const loaded = loadIconSet('noto', { directory, registry: 'http://mirror.example/npm', fetch: fetchOther });
  await expect(loaded).rejects.toMatchObject({ code: 'DATA_CHECKSUM' });
  expect(urls).toEqual(['http://mirror.example/npm/@iconify-json/noto/-/noto-1.2.9.tgz']);
  expect((await readdir(directory)).join()).toMatch(/^noto-1\.2\.9\.tgz\.bad-[0-9a-f]{8}$/);
});
