import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scene } from '../../../../tests/support/served.ts';
import { type Catalog, createCatalog } from './catalog.ts';

const scene = new Scene();
beforeAll(() => scene.build());
afterAll(() => scene.remove());

/** Returns a catalog of the scene's models, and a list that receives the names of broken models. */
async function catalog(bundles: readonly string[] = []): Promise<{ known: Catalog; broken: string[] }> {
  const broken: string[] = [];
  const known = await createCatalog({
    models: path.join(scene.folder, 'models'),
    bundles,
    onBroken: (name) => broken.push(name),
  });
  return { known, broken };
}

const inScene = (...parts: string[]): string => path.join(scene.folder, ...parts);

describe('bundles outside the folder of models', () => {
  it('are named after their folders and replace a model of the same name', async () => {
    await cp(inScene('models/conv'), inScene('other/conv'), { recursive: true });
    await cp(inScene('models/conv'), inScene('elsewhere/mine'), { recursive: true });
    const { known } = await catalog([inScene('other/conv'), inScene('elsewhere/mine')]);
    expect((await known.list()).map(({ name, folder }) => [name, folder])).toEqual([
      ['conv', inScene('other/conv')],
      ['mine', inScene('elsewhere/mine')],
    ]);
  });

  it('are rejected if two have the same name, or one is not a bundle folder', async () => {
    await cp(inScene('models/conv'), inScene('second/conv'), { recursive: true });
    await expect(catalog([inScene('models/conv'), inScene('second/conv')])).rejects.toMatchObject({
      code: 'SERVER_MODEL_NAME_TAKEN',
      message: `serve: ${inScene('models/conv')} and ${inScene('second/conv')} are both named conv; expected different names. Rename one folder.`,
    });
    for (const [other, fault] of [
      ['absent', 'does not exist'],
      ['page', 'contains no isonoise.json'],
      ['page/index.html', 'is not a folder'],
    ] as const) {
      await expect(catalog([inScene(other)]), other).rejects.toMatchObject({
        code: 'MODEL_NOT_FOUND',
        message: `serve: ${inScene(other)} ${fault}; expected an (unpacked) bundle folder.`,
      });
    }
  });
});

describe('errors about a model', () => {
  it('show its path as the user typed it', async () => {
    const typed = path.relative('.', inScene('absent'));
    await expect(catalog([typed])).rejects.toThrow(`serve: ${typed} does not exist`);
    const [conv, second] = ['models/conv', 'second/conv'].map((each) => path.relative('.', inScene(each)));
    await cp(inScene('models/conv'), inScene('second/conv'), { recursive: true });
    await expect(catalog([`${conv}`, `${second}`])).rejects.toThrow(
      `serve: ${conv} and ${second} are both named conv`,
    );
  });
});

describe('a broken bundle', () => {
  it('is omitted from the list and reported, and the error of find names the fault', async () => {
    const folder = await scene.addModel('torn');
    await writeFile(path.join(folder, 'isonoise.json'), '{"format":');
    const { known, broken } = await catalog();
    expect((await known.list()).map(({ name }) => name)).toEqual(['conv']);
    expect(broken).toEqual(['torn']);
    await expect(known.find('torn')).rejects.toMatchObject({
      code: 'MODEL_BROKEN',
      message: expect.stringMatching(/^model torn: isonoise\.json: got text that is not JSON/),
    });
    await rm(folder, { recursive: true });
    await expect(known.find('torn')).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: 'model is "torn"; expected one of: conv.',
    });
  });
});

describe('a bundle that was removed while being served', () => {
  it('is reported as broken without disclosing its folder', async () => {
    await cp(inScene('models/conv'), inScene('elsewhere/passing'), { recursive: true });
    const { known } = await catalog([inScene('elsewhere/passing')]);
    expect((await known.find('passing')).name).toBe('passing');
    await rm(inScene('elsewhere/passing'), { recursive: true });
    const message = 'model passing: its files cannot be read. The log has the details.';
    await expect
      .poll(() => known.find('passing').catch((error: unknown) => error))
      .toMatchObject({ code: 'MODEL_BROKEN', status: 503, message });
  });
});

describe('a model that is exported again', () => {
  it('has a new version', async () => {
    const folder = await scene.addModel('again');
    const { known } = await catalog();
    const versions = async (): Promise<string[]> => (await known.list()).map(({ version }) => version);
    const before = await versions();
    expect(await versions()).toEqual(before);
    const manifest = path.join(folder, 'isonoise.json');
    await writeFile(manifest, `${await readFile(manifest, 'utf8')}\n`);
    const after = await versions();
    expect(after).toHaveLength(2);
    expect(after.filter((version) => before.includes(version))).toHaveLength(1);
  });
});

describe('a bundle', () => {
  it('is read once if it is requested several times at the same time', async () => {
    const { known } = await catalog();
    const [first, second] = await Promise.all([known.list(), known.list()]);
    expect(first.length).toBeGreaterThan(0);
    for (const [i, entry] of first.entries()) expect(second[i]).toBe(entry);
    expect(await known.find('conv')).toBe(first.find(({ name }) => name === 'conv'));
  });

  it('is read again after a failure, even if its manifest has not changed', async () => {
    const folder = await scene.addModel('mended');
    const file = path.join(folder, 'unet/model.onnx');
    const whole = await readFile(file);
    await writeFile(file, 'not a model');
    const { known } = await catalog();
    await expect(known.find('mended')).rejects.toMatchObject({ code: 'MODEL_BROKEN' });
    await writeFile(file, whole);
    expect((await known.find('mended')).name).toBe('mended');
    await rm(folder, { recursive: true });
  });
});
