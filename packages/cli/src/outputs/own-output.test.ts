import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeApng, encodeGif, encodeNpy, encodePng, type Picture, packAtlas } from '@isonoise/picture';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convDenoiser, convSpec } from '../../../runtime-node/testdata/conv-denoiser.ts';
import { isonoise } from '../../testdata/isonoise-command.ts';
import { checkOutputFiles, type OutputFile } from './check-outputs.ts';

let root = '';
const at = (name: string): string => join(root, name);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-own-output-'));
  await writeFile(
    at('model.onnx'),
    convDenoiser({ spec: { ...convSpec, image: { ...convSpec.image, channels: 1 } }, width: 8, depth: 1 }),
  );
});
afterAll(() => rm(root, { recursive: true, force: true }));

const picture: Picture = { width: 2, height: 2, channels: 1, data: Uint8Array.of(0, 1, 2, 3) };
const software = { text: { Software: 'isonoise' } };
const npy = encodeNpy(new Float32Array(4), [1, 1, 2, 2]);
const integers = Buffer.from(Buffer.from(npy).toString('latin1').replace('<f4', '<i4'), 'latin1');
const atlas = packAtlas(new Float32Array(4), [1, 1, 2, 2], ['a.png'], 'atlas.png', 1).json;

type Format = OutputFile['format'];
describe('without --overwrite, checkOutputFiles', () => {
  it.each<[string, Format, Uint8Array | string]>([
    ['a PNG with a request', 'PNG', encodePng(picture, { text: { isonoise: '{}' } })],
    ['an animation', 'GIF or APNG', encodeGif([picture, picture], software)],
    ['an animated PNG', 'GIF or APNG', encodeApng([picture, picture], software)],
    ['float32 images', 'NPY', npy],
    ['a saved run', 'JSON', '{"format":"isonoise-sampling","version":1'],
    ['a saved inversion', 'JSON', '{"format":"isonoise-inversion","version":1'],
    ['positions of an atlas', 'atlas JSON', atlas],
    ['an empty file', 'PNG', ''],
  ])('accepts %s', async (_, format, content) => {
    await writeFile(at('file'), content);
    await expect(checkOutputFiles([{ flag: '--out', path: at('file'), format }])).resolves.toBeUndefined();
  });

  it.each<[string, Format, Uint8Array | string]>([
    ['a PNG of another program', 'PNG', encodePng(picture)],
    [
      'a PNG with the name of another program',
      'PNG',
      encodePng(picture, { text: { Software: 'a longer name' } }),
    ],
    ['a damaged PNG', 'PNG', encodePng(picture, { text: { isonoise: '{}' } }).subarray(0, 40)],
    ['text in the place of a PNG', 'PNG', 'my notes'],
    ['a GIF of another program', 'GIF or APNG', encodeGif([picture, picture])],
    ['an animated PNG of another program', 'GIF or APNG', encodeApng([picture, picture])],
    ['text that mentions the program', 'GIF or APNG', 'Software: isonoise'],
    ['an array of whole numbers', 'NPY', integers],
    ['a matrix', 'NPY', encodeNpy(new Float32Array(4), [2, 2])],
    ['a package.json', 'JSON', '{ "name": "isonoise-workspace" }'],
    ['the manifest of a model', 'JSON', '{\n  "format": "isonoise-bundle"'],
    ['an atlas in the place of a saved state', 'JSON', atlas],
    ['an atlas of another program', 'atlas JSON', '{ "frames": {}, "meta": { "app": "other" } }'],
    ['JSON null in the place of an atlas', 'atlas JSON', 'null'],
    ['a package.json in the place of an atlas', 'atlas JSON', '{ "name": "game" }'],
    ['text in the place of an atlas', 'atlas JSON', 'not JSON'],
  ])('refuses %s', async (_, format, content) => {
    await writeFile(at('file'), content);
    const output = { flag: '--out', path: at('file'), format };
    await expect(checkOutputFiles([output])).rejects.toMatchObject({
      code: 'CLI_OUTPUT_EXISTS',
      message: expect.stringMatching(
        /file: exists, but is not an? .*Choose a different file, or add --overwrite\.$/,
      ),
    });
    await expect(checkOutputFiles([output], [], true)).resolves.toBeUndefined();
  });
});

it('checkOutputFiles refuses a file that is too large for an output without reading it', async () => {
  await writeFile(at('large'), encodePng(picture, { text: { isonoise: '{}' } }));
  await truncate(at('large'), 2 ** 33);
  await expect(checkOutputFiles([{ flag: '--out', path: at('large'), format: 'PNG' }])).rejects.toMatchObject(
    { code: 'CLI_OUTPUT_EXISTS' },
  );
});

it('sample replaces its own files, but other files only with --overwrite', async () => {
  const files = {
    '--out': 'a.png',
    '--atlas': 'b.png',
    '--gif': 'c.gif',
    '--npy': 'd.npy',
    '--save-state': 'e.json',
  };
  const common = ['sample', at('model.onnx'), '--count', '1', '--steps', '2', '--provider', 'cpu', '--json'];
  const outputs = Object.entries(files).flatMap(([flag, name]) => [flag, at(name)]);
  for (const _ of [1, 2]) {
    const { code, stdout } = await isonoise([...common, ...outputs]);
    expect(code, stdout).toBe(0);
  }
  for (const [flag, name] of Object.entries(files)) {
    await writeFile(at(name), 'my notes');
    const { code, stdout } = await isonoise([...common, '--out', at('a.png'), flag, at(name)]);
    expect([code, JSON.parse(stdout)], flag).toMatchObject([2, { error: { code: 'CLI_OUTPUT_EXISTS' } }]);
    expect(await readFile(at(name), 'utf8')).toBe('my notes');
    expect((await isonoise([...common, '--out', at('a.png'), flag, at(name), '--overwrite'])).code).toBe(0);
    expect(await readFile(at(name), 'utf8')).not.toBe('my notes');
  }
});

it.each(['invert', 'interpolate'])('%s refuses to replace a file that it did not write', async (verb) => {
  await writeFile(at('digit.png'), encodePng(picture));
  await writeFile(at('mine.npy'), 'my notes');
  const flag = verb === 'invert' ? '--out' : '--npy';
  const { code, stderr } = await isonoise([verb, at('model.onnx'), at('digit.png'), flag, at('mine.npy')]);
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining(`${flag} ${at('mine.npy')}: exists, but is not a .npy`),
  ]);
});
