import { describe, expect, it } from 'vitest';
import { changed, failure, golden, parts, spec, written } from '../testdata/digits.ts';
import { BUNDLE_PATHS, type BundleFiles, memoryFiles } from './files.ts';
import { readBundle, readBundleFile, readWeights } from './read-bundle.ts';
import { resealBundle } from './write-bundle.ts';

const [decoder, encoder] = [new TextDecoder(), new TextEncoder()];
const lf = (bytes: Uint8Array): Uint8Array => encoder.encode(decoder.decode(bytes).replaceAll('\r\n', '\n'));
const crlf = (bytes: Uint8Array): Uint8Array =>
  encoder.encode(decoder.decode(bytes).replaceAll('\n', '\r\n'));

describe('readBundle', () => {
  it('returns the parts that were written', async () => {
    const files = await written();
    const bundle = await readBundle(files);
    expect(bundle.spec).toEqual({ ...spec, scheduler: bundle.spec.scheduler });
    expect(bundle.spec.scheduler).toEqual({ _diffusers_version: expect.any(String), ...spec.scheduler });
    expect(bundle.networkConfig).toEqual(parts.networkConfig);
    expect(bundle.onnx).toEqual(parts.onnx);
    expect(bundle.manifest.golden).toEqual(golden);
    expect(bundle.manifest.training).toEqual(parts.training);
    const weights = await readWeights(files, bundle.manifest);
    expect(weights.tensors.get('conv_in.weight')?.data).toEqual(Float32Array.of(1, 2));
    expect(weights.metadata).toEqual({ format: 'pt' });
  });

  it('with scope "sampling" reads only the files that sampling needs', async () => {
    const files = await written();
    const read: string[] = [];
    const watched: BundleFiles = {
      read: (path) => {
        read.push(path);
        return files.read(path);
      },
    };
    await readBundle(watched, { scope: 'sampling' });
    expect(read).not.toContain(BUNDLE_PATHS.weights);
    await files.write(BUNDLE_PATHS.weights, Uint8Array.of(1));
    await readBundle(watched, { scope: 'sampling' });
    expect((await failure(readBundle(files))).code).toBe('BUNDLE_HASH_MISMATCH');
  });

  it('rejects a changed file, with an error that contains its name, both hashes and advice', async () => {
    const files = await written();
    await files.write(
      BUNDLE_PATHS.onnx,
      parts.onnx.map((byte, i) => (i === 1 ? 9 : byte)),
    );
    const error = await failure(readBundle(files));
    expect(error.code).toBe('BUNDLE_HASH_MISMATCH');
    expect(error.message).toMatch(
      /unet\/model\.onnx: SHA-256 is [0-9a-f]{64}; expected [0-9a-f]{64}\. .*Get it again/,
    );
    await files.write(BUNDLE_PATHS.onnx, Uint8Array.of(8));
    expect((await failure(readBundle(files))).message).toContain(`got 1 byte; expected ${parts.onnx.length}`);
    await files.write(BUNDLE_PATHS.onnx, Uint8Array.of(8, 8));
    await expect(readBundle(files, { verifyHashes: false })).resolves.toMatchObject({
      onnx: Uint8Array.of(8, 8),
    });
  });

  it.each<[string, string, Record<string, unknown>, string, string]>([
    [
      'an unknown key',
      'isonoise.json',
      { goldn: 1 },
      'BUNDLE_FILE_INVALID',
      'goldn: unknown key; allowed are format,',
    ],
    ['a missing key', 'isonoise.json', { image: undefined }, 'BUNDLE_FILE_INVALID', 'image'],
    [
      'a later version',
      'isonoise.json',
      { formatVersion: 4 },
      'BUNDLE_VERSION',
      'this isonoise reads 1, 2 and 3',
    ],
    [
      'a path outside the folder',
      'isonoise.json',
      { files: { '../x': { sha256: 'a'.repeat(64), bytes: 1 } } },
      'BUNDLE_FILE_INVALID',
      'relative path',
    ],
    [
      'a manifest without a record of the model index',
      'isonoise.json',
      { files: {} },
      'BUNDLE_FILE_MISSING',
      'files has no record of model_index.json',
    ],
    [
      'a different prediction type',
      'isonoise.json',
      { predictionType: 'sample' },
      'BUNDLE_INCONSISTENT',
      'epsilon',
    ],
    [
      'a different image size',
      'unet/config.json',
      { sample_size: [8, 9] },
      'BUNDLE_INCONSISTENT',
      'sample_size (width): got 9; expected 8',
    ],
    [
      'a different number of classes',
      'unet/config.json',
      { num_class_embeds: 10 },
      'BUNDLE_INCONSISTENT',
      'num_class_embeds: got 10',
    ],
    [
      'an unsupported pipeline',
      'model_index.json',
      { _class_name: 'StableDiffusionPipeline' },
      'BUNDLE_FILE_INVALID',
      'DDPMPipeline',
    ],
    [
      'a quantile out of range',
      'scheduler/scheduler_config.json',
      { thresholding: true, dynamic_thresholding_ratio: 1.5 },
      'BUNDLE_FILE_INVALID',
      'dynamic_thresholding_ratio',
    ],
    [
      'a variance that differs from the one in the graph',
      'scheduler/scheduler_config.json',
      { variance_type: 'learned_range' },
      'BUNDLE_INCONSISTENT',
      'scheduler.variance_type: "learned_range"; unet/model.onnx says "fixed_small"',
    ],
    [
      'too few betas',
      'scheduler/scheduler_config.json',
      { trained_betas: [0.1] },
      'SCHEDULE_CONFIG',
      'trained_betas has 1 value; expected 1000',
    ],
    [
      'a subnormal beta',
      'scheduler/scheduler_config.json',
      { beta_start: 1e-320 },
      'SCHEDULE_CONFIG',
      'betaStart is 1e-320; expected a number in',
    ],
    [
      'a scheduler that differs from the one in the index',
      'scheduler/scheduler_config.json',
      { _class_name: 'DDIMScheduler' },
      'BUNDLE_INCONSISTENT',
      'model_index.json: scheduler is "DDPMScheduler"',
    ],
    [
      'a spacing that differs from the one in the graph',
      'scheduler/scheduler_config.json',
      { timestep_spacing: 'trailing' },
      'BUNDLE_INCONSISTENT',
      'scheduler.timestep_spacing: "trailing"; unet/model.onnx says "leading"',
    ],
    [
      'swapped class names',
      'isonoise.json',
      { classes: { count: 3, names: ['one', 'zero'], nullClass: 2 } },
      'BUNDLE_INCONSISTENT',
      'unet/model.onnx says {"count":3,"names":["zero","one"],"nullClass":2}',
    ],
    [
      'a name that differs from the one in the graph',
      'isonoise.json',
      { name: 'others' },
      'BUNDLE_INCONSISTENT',
      'name: "others"',
    ],
    [
      'a range that differs from the one in the graph',
      'isonoise.json',
      { dataRange: [0, 1] },
      'BUNDLE_INCONSISTENT',
      'dataRange: [0,1]',
    ],
  ])('rejects %s', async (_name, path, change, code, text) => {
    const error = await failure(readBundle(await changed(path, change)));
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
  });

  it('keeps scheduler keys that start with an underscore', async () => {
    const files = await changed(BUNDLE_PATHS.scheduler, { _note: 1.5 });
    expect((await readBundle(files)).spec.scheduler._note).toBe(1.5);
  });

  it('restores changed line endings of text files, and adds a note', async () => {
    const text = [
      BUNDLE_PATHS.manifest,
      BUNDLE_PATHS.modelIndex,
      BUNDLE_PATHS.scheduler,
      BUNDLE_PATHS.networkConfig,
    ];
    const files = await written();
    for (const path of [...text, BUNDLE_PATHS.readme]) await files.write(path, crlf(await files.read(path)));
    const { notes, networkConfig } = await readBundle(files);
    expect(networkConfig).toEqual(parts.networkConfig);
    expect(notes).toEqual([
      expect.stringMatching(/^model_index\.json, .*README\.md: the line endings differ/),
    ]);

    // This file is exported with CRLF and checked out with LF.
    await resealBundle(files);
    expect((await readBundle(files)).notes).toEqual([]);
    for (const path of [...text, BUNDLE_PATHS.readme]) await files.write(path, lf(await files.read(path)));
    expect((await readBundle(files)).notes).toHaveLength(1);

    await files.write(BUNDLE_PATHS.readme, new TextEncoder().encode('# digitz\r\n'));
    expect((await failure(readBundle(files))).code).toBe('BUNDLE_HASH_MISMATCH');
  });

  it('rejects changed line endings in a binary file', async () => {
    const files = await written();
    await files.write(BUNDLE_PATHS.onnx, Uint8Array.of(8, 8, 14 * 8 + 2, 2, 10, 0));
    await resealBundle(files);
    // Byte 10 is a protobuf tag here. A CR before it changes the meaning of the file.
    await files.write(BUNDLE_PATHS.onnx, Uint8Array.of(8, 8, 14 * 8 + 2, 2, 13, 10, 0));
    expect((await failure(readBundle(files))).code).toBe('BUNDLE_HASH_MISMATCH');
  });

  it('reports the missing file', async () => {
    const error = await failure(readBundle(memoryFiles()));
    expect(error.code).toBe('BUNDLE_FILE_MISSING');
    expect(error.message).toContain('isonoise.json');
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe('readBundleFile', () => {
  it('returns the exported file with its original line endings', async () => {
    const files = await written();
    const { manifest } = await readBundle(files);
    const readme = await files.read(BUNDLE_PATHS.readme);
    await files.write(BUNDLE_PATHS.readme, crlf(readme));
    expect(await readBundleFile(files, manifest, BUNDLE_PATHS.readme)).toEqual(readme);
    await files.write(BUNDLE_PATHS.readme, Uint8Array.of(1));
    await expect(readBundleFile(files, manifest, BUNDLE_PATHS.readme)).rejects.toMatchObject({
      code: 'BUNDLE_HASH_MISMATCH',
    });
    await expect(readBundleFile(files, manifest, 'other.txt')).rejects.toMatchObject({
      code: 'BUNDLE_FILE_MISSING',
    });
  });
});
