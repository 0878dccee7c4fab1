import { describe, expect, it } from 'vitest';
import { failure, onnxOf, parts, spec, written } from '../testdata/digits.ts';
import { BUNDLE_PATHS, type BundleFiles, memoryFiles } from './files.ts';
import { readBundle } from './read-bundle.ts';
import { type BundleParts, resealBundle, writeBundle } from './write-bundle.ts';

describe('writeBundle', () => {
  it('writes the manifest last, and the scheduler with trained_betas null', async () => {
    const files = memoryFiles();
    const order: string[] = [];
    const write: BundleFiles['write'] = (path, bytes) => {
      order.push(path);
      return files.write(path, bytes);
    };
    await writeBundle({ ...files, write }, parts);
    expect(order.at(-1)).toBe('isonoise.json');
    expect(order).toHaveLength(9);
    const scheduler = new TextDecoder().decode(await files.read(BUNDLE_PATHS.scheduler));
    expect(scheduler).toContain('"trained_betas": null');
    const index: unknown = JSON.parse(new TextDecoder().decode(await files.read(BUNDLE_PATHS.modelIndex)));
    expect(index).toMatchObject({
      _class_name: 'DDPMPipeline',
      scheduler: ['diffusers', 'DDPMScheduler'],
      unet: ['diffusers', 'UNet2DModel'],
    });
  });

  it('records the SHA-256 of each file', async () => {
    const { manifest } = await readBundle(await written());
    // The result of sha256sum for the single byte 0x01.
    expect(manifest.files['plots/loss.svg']).toEqual({
      sha256: '4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a',
      bytes: 1,
    });
  });

  it('writes a .gitattributes that disables conversion of line endings', async () => {
    const files = await written();
    expect(new TextDecoder().decode(await files.read('.gitattributes'))).toMatch(/^\* -text$/m);
  });

  it.each<[string, Partial<BundleParts>, string]>([
    ['a graph of a different model', { onnx: onnxOf({ ...spec, classes: null }) }, 'BUNDLE_INCONSISTENT'],
    ['a number that JSON cannot represent', { training: { loss: Number.NaN } }, 'BUNDLE_FILE_INVALID'],
    [
      'an extra file with the path of a bundle file',
      { extra: { 'unet/model.onnx': Uint8Array.of(1) } },
      'BUNDLE_INCONSISTENT',
    ],
    ['an extra file outside the bundle', { extra: { '/etc/x': Uint8Array.of(1) } }, 'BUNDLE_INCONSISTENT'],
    [
      'classes without names',
      { spec: { ...spec, classes: { count: 3, names: [], nullClass: 2 } } },
      'BUNDLE_FILE_INVALID',
    ],
    [
      'an unconditional network with classes',
      { networkConfig: { in_channels: 1, sample_size: 8 } },
      'BUNDLE_INCONSISTENT',
    ],
    [
      'a network with more output channels than the image',
      { networkConfig: { ...parts.networkConfig, out_channels: 2 } },
      'BUNDLE_INCONSISTENT',
    ],
  ])('rejects %s before writing any file', async (_name, part, code) => {
    const files = memoryFiles();
    expect((await failure(writeBundle(files, { ...parts, ...part }))).code).toBe(code);
    expect(await files.list()).toEqual([]);
  });

  it('rejects a read-only destination', async () => {
    const { read } = memoryFiles();
    expect((await failure(writeBundle({ read }, parts))).code).toBe('BUNDLE_READ_ONLY');
  });
});

describe('resealBundle', () => {
  it('makes a changed bundle valid again', async () => {
    const files = await written();
    await files.write('README.md', new TextEncoder().encode('# better\n'));
    await failure(readBundle(files));
    await resealBundle(files);
    await expect(readBundle(files)).resolves.toMatchObject({ manifest: { name: 'digits' } });
  });

  it('adds files to the manifest', async () => {
    const files = await written();
    await files.write('plot.svg', new TextEncoder().encode('<svg/>'));
    await resealBundle(files, ['plot.svg']);
    const { manifest } = await readBundle(files);
    expect(manifest.files['plot.svg']).toMatchObject({ bytes: 6 });
    await expect(failure(resealBundle(files, ['missing.svg']))).resolves.toMatchObject({
      code: 'BUNDLE_FILE_MISSING',
    });
  });
});
