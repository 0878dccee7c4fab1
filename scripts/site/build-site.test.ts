import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ModelList } from '@isonoise/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '../../tests/support/served.ts';
import { buildSite, HOST_LIMIT, type SiteOptions } from './build-site.ts';

const scene = new Scene();
const at = (...parts: string[]): string => path.join(scene.folder, ...parts);
const NAME = 'one & #2';

beforeAll(async () => {
  await scene.build();
  await scene.addModel(NAME);
  await mkdir(at('built/assets'), { recursive: true });
  await writeFile(at('built/index.html'), '<!doctype html><head></head><title>page</title>');
  await writeFile(at('built/service-worker.js'), 'const ISOLATES = true;\n');
  await writeFile(at('built/assets/index-a1.js'), 'export {};\n');
});
afterAll(() => scene.remove());

const build = (changes: Partial<SiteOptions>) =>
  buildSite({
    page: at('built'),
    models: [at('models/conv')],
    out: at('site'),
    wasmOnly: true,
    isolate: true,
    ...changes,
  });
const refusal = (message: string) =>
  expect.objectContaining({ code: 'SITE_USAGE', message: expect.stringContaining(message) });

describe('buildSite', () => {
  it('writes the page, the models and their list, with addresses that can be fetched', async () => {
    await symlink(at('models', NAME), at(NAME));
    const { files } = await build({ models: [at('models/conv'), at(NAME)] });
    expect([...files.keys()]).toEqual(expect.arrayContaining([`models/${NAME}/isonoise.json`]));
    const { models } = JSON.parse(await readFile(at('site/models/index.json'), 'utf8')) as ModelList;
    expect(models.map(({ url }) => url)).toEqual(['models/conv/', `models/${encodeURIComponent(NAME)}/`]);
    expect(await readFile(at('site/index.html'), 'utf8')).toContain(
      '<head>\n    <meta name="isonoise-site" content="static isolate" />',
    );
    const copies = await readdir(at('site/models'), { withFileTypes: true });
    expect(copies.filter((each) => each.isSymbolicLink())).toEqual([]);
  });

  it('replaces an earlier site, without isolation if requested', async () => {
    await build({ isolate: false });
    expect(await readFile(at('site/service-worker.js'), 'utf8')).toBe('const ISOLATES = false;\n');
    expect(await readdir(at('site/models'))).toEqual(['conv', 'index.json']);
    expect((await readdir(scene.folder)).filter((name) => name.startsWith('site'))).toEqual(['site']);
  });

  it('replaces an earlier site at the target of a link, and keeps the link', async () => {
    await symlink(at('site'), at('published'));
    await build({ out: at('published'), isolate: true });
    expect((await lstat(at('published'))).isSymbolicLink()).toBe(true);
    expect(await readFile(at('site/service-worker.js'), 'utf8')).toBe('const ISOLATES = true;\n');
    await build({ isolate: false });
  });

  it('refuses a file, a folder with other files, and a site that contains the model', async () => {
    await writeFile(at('notes.txt'), 'mine');
    await expect(build({ out: at('notes.txt') })).rejects.toThrow(refusal('is not a folder'));
    expect(await readFile(at('notes.txt'), 'utf8')).toBe('mine');
    await expect(build({ out: at('built') })).rejects.toThrow(refusal('contains other files'));
    await expect(build({ models: [at('site/models/conv')] })).rejects.toThrow(refusal('contains the model'));
    expect(await readdir(at('site/models'))).toEqual(['conv', 'index.json']);
  });

  it('keeps the earlier site if the new site cannot be written', async () => {
    await writeFile(at('built/assets/large.bin'), new Uint8Array(HOST_LIMIT + 1));
    await expect(build({})).rejects.toThrow(refusal('files larger than 25 MB: assets/large.bin'));
    const two = `${at('models/conv')},${at('models/conv')}`;
    await expect(build({ models: [two] })).rejects.toThrow(
      refusal(`${two} is not a model; expected the folder of a bundle. For several models, repeat --models.`),
    );
    await expect(build({ page: at('models') })).rejects.toThrow(refusal('has no index.html'));
    await writeFile(at('built/service-worker.js'), 'const ISOLATES = !0;\n');
    await expect(build({ isolate: false })).rejects.toThrow('lacks ISOLATES = true');
    expect(await readFile(at('site/service-worker.js'), 'utf8')).toBe('const ISOLATES = false;\n');
    expect((await readdir(scene.folder)).filter((name) => name.startsWith('site'))).toEqual(['site']);
  });
});
