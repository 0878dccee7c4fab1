import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryFiles, readBundle, toSingleFile, writeBundle } from '@isonoise/bundle';
import { createNetwork } from '@isonoise/network';
import { bundleFiles } from '@isonoise/runtime-node';
import { expect, it } from 'vitest';
import { parts } from '../../../bundle/testdata/digits.ts';
import { unpackFiles } from './unpack-files.ts';

it('unpackFiles gives the network the class OnnxGraph, which createNetwork refuses', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'isonoise-unpack-'));
  try {
    const files = memoryFiles();
    await writeBundle(files, parts);
    await writeFile(join(folder, 'one.onnx'), toSingleFile(await readBundle(files)));
    const { bundles, dispose } = await unpackFiles([join(folder, 'one.onnx')]);
    const { networkConfig } = await readBundle(await bundleFiles(bundles[0] ?? ''));
    expect(networkConfig).toEqual({
      _class_name: 'OnnxGraph',
      sample_size: [8, 8],
      in_channels: 1,
      out_channels: 1,
      num_class_embeds: 3,
    });
    expect(() => createNetwork(networkConfig)).toThrow('_class_name: got "OnnxGraph"');
    await dispose();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
