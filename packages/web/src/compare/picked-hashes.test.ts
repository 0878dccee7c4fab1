import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { expect, it } from 'vitest';
import { pickedHashes } from './picked-hashes.ts';

const MODEL = new URL('../../../../models/mnist/', import.meta.url);
const read = (path: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(new URL(path, MODEL)));
const hashOf = (path: string): string => createHash('sha256').update(read(path)).digest('hex');

const PATHS = ['isonoise.json', 'scheduler/scheduler_config.json', 'unet/model.onnx'];
const zip = (prefix: string): File => {
  const entries = Object.fromEntries(PATHS.map((path) => [prefix + path, read(path)]));
  return new File([new Uint8Array(zipSync(entries, { level: 0 }))], 'mine.zip');
};

it.each([
  ['a folder', PATHS.map((path) => new File([read(path)], `mnist/${path}`))],
  ['an archive', [zip('')]],
  ['an archive of a folder', [zip('mnist/')]],
])('pickedHashes returns the hashes of the files in %s', async (_, files) => {
  const hashes = await pickedHashes(files);
  for (const path of PATHS.slice(1)) expect([path, hashes.get(path)]).toEqual([path, hashOf(path)]);
});

it('pickedHashes hashes a single ONNX file', async () => {
  const hashes = await pickedHashes([new File([read('unet/model.onnx')], 'any.onnx')]);
  expect([...hashes]).toEqual([['unet/model.onnx', hashOf('unet/model.onnx')]]);
});
