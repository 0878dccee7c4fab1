import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BUNDLE_PATHS } from '@isonoise/bundle';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { openPickedFiles } from './picked-files.ts';

const MODEL = new URL('../../../../models/mnist/', import.meta.url);
const read = (path: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(new URL(path, MODEL)));

const needed = [
  BUNDLE_PATHS.manifest,
  BUNDLE_PATHS.modelIndex,
  BUNDLE_PATHS.scheduler,
  BUNDLE_PATHS.networkConfig,
  BUNDLE_PATHS.onnx,
];
const entries = (prefix = ''): Record<string, Uint8Array<ArrayBuffer>> =>
  Object.fromEntries(needed.map((path) => [prefix + path, read(path)]));

/** Creates a file as returned by a folder picker. */
function inFolder(path: string, bytes: Uint8Array<ArrayBuffer>): File {
  const file = new File([bytes], path.split('/').at(-1) ?? path);
  return Object.defineProperty(file, 'webkitRelativePath', { value: path });
}
const folder = (files: Record<string, Uint8Array<ArrayBuffer>>): File[] =>
  Object.entries(files).map(([path, bytes]) => inFolder(path, bytes));
const zip = (files: Record<string, Uint8Array<ArrayBuffer>>, level: 0 | 6): File =>
  new File([new Uint8Array(zipSync(files, { level }))], 'model.zip');

/** Creates an uncompressed archive whose manifest has one changed digit. The manifest is still valid JSON. */
function damagedZip(): File {
  const bytes = zipSync(entries(), { level: 0 });
  const at = Buffer.from(bytes.buffer).indexOf('"images": 60000');
  bytes[at + '"images": 6'.length] = '1'.charCodeAt(0);
  return new File([new Uint8Array(bytes)], 'model.zip');
}

/** Creates an archive with two files of the same name. */
function zipWithTwice(): File {
  const bytes = zipSync({ ...entries(), 'isonoise.jsom': new Uint8Array(9) }, { level: 0 });
  const text = Buffer.from(bytes).toString('latin1').replaceAll('isonoise.jsom', 'isonoise.json');
  return new File([Buffer.from(text, 'latin1')], 'model.zip');
}

describe('openPickedFiles', () => {
  it.each([
    ['a folder', folder(entries('mnist/'))],
    [
      'a bundle folder beside other files',
      folder({ ...entries('all/mnist/'), 'all/notes.txt': new Uint8Array(9) }),
    ],
    ['an archive', [zip(entries(), 6)]],
    ['an uncompressed archive of a folder', [zip(entries('mnist/'), 0)]],
    ['an archive of nested folders', [zip(entries('models/mnist/'), 6)]],
  ])('reads %s', async (_what, files) => {
    const { spec, golden, onnx, sha256 } = await openPickedFiles(files);
    expect(spec).toMatchObject({ name: 'mnist', image: { channels: 1, height: 28, width: 28 } });
    expect(golden).toMatchObject({ steps: 10 });
    expect(Buffer.compare(onnx, read(BUNDLE_PATHS.onnx))).toBe(0);
    expect(sha256).toBe(createHash('sha256').update(onnx).digest('hex'));
  });

  it('reads a single ONNX file with its metadata', async () => {
    const { spec, golden } = await openPickedFiles([new File([read(BUNDLE_PATHS.onnx)], 'model.onnx')]);
    expect(spec).toMatchObject({ name: 'mnist', classes: { count: 11 } });
    expect(golden).toBeNull();
  });

  it.each([
    ['an empty selection', [], 'BUNDLE_FILE_MISSING', 'got nothing'],
    [
      'a folder in the format of diffusers',
      folder({ 'cat/model_index.json': new Uint8Array(2), 'cat/unet/config.json': new Uint8Array(2) }),
      'BUNDLE_FILE_MISSING',
      'must be imported first: pnpm import-model <model> --out models/<name>',
    ],
    [
      'a PyTorch checkpoint',
      [new File(['a'], 'model.ckpt')],
      'BUNDLE_FILE_MISSING',
      'got model.ckpt; expected the files of a model, including isonoise.json. A model of diffusers or PyTorch',
    ],
    ['files that are not a model', [new File(['a'], 'cat.png')], 'BUNDLE_FILE_MISSING', 'got cat.png'],
    [
      'two bundles',
      folder({ ...entries('a/'), ...entries('b/') }),
      'BUNDLE_FILE_MISSING',
      'a/isonoise.json, b/',
    ],
    [
      'a file that is not an archive',
      [new File(['PK not'], 'a.zip')],
      'BUNDLE_FILE_INVALID',
      'it has no directory at its end',
    ],
    [
      'an archive with a changed byte',
      [damagedZip()],
      'BUNDLE_FILE_INVALID',
      'model.zip: CRC-32 of isonoise.json is',
    ],
    ['an ONNX file that is not a model', [new File(['abc'], 'a.onnx')], 'BUNDLE_METADATA', ''],
    [
      'a model with a changed file',
      folder({ ...entries('m/'), 'm/unet/config.json': new TextEncoder().encode('{}') }),
      'BUNDLE_HASH_MISMATCH',
      'unet/config.json',
    ],
    [
      'a truncated archive',
      [new File([new Uint8Array(zipSync(entries(), { level: 6 })).subarray(0, 100_000)], 'a.zip')],
      'BUNDLE_FILE_INVALID',
      'it has no directory at its end',
    ],
    [
      'an archive with a path that points outside it',
      [zip({ ...entries('m/'), '../notes.txt': new Uint8Array(9) }, 0)],
      'BUNDLE_FILE_INVALID',
      'the path "../notes.txt" points outside it',
    ],
    [
      'an archive with a duplicate file',
      [zipWithTwice()],
      'BUNDLE_FILE_INVALID',
      'the path "isonoise.json" occurs twice',
    ],
  ])('rejects %s', async (_what, files, code, text) => {
    await expect(openPickedFiles(files)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    });
  });
});
