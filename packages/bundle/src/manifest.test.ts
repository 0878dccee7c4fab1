import { describe, expect, it } from 'vitest';
import { changed, failure, onnxOf, parts, written } from '../testdata/digits.ts';
import { BUNDLE_PATHS, memoryFiles } from './files.ts';
import { parseJsonObject } from './json.ts';
import { formatVersionFor } from './manifest.ts';
import { readBundle } from './read-bundle.ts';
import type { ModelSpec } from './spec.ts';
import { resealBundle, writeBundle } from './write-bundle.ts';

const record = { sha256: 'a'.repeat(64), bytes: 3 };

async function records(): Promise<object> {
  const bytes = await (await written()).read(BUNDLE_PATHS.manifest);
  return parseJsonObject(bytes, BUNDLE_PATHS.manifest).files as object;
}

describe('the manifest', () => {
  it.each(['__proto__', 'prototype', 'constructor', 'isonoise.json'])(
    'cannot have a record of a file named %s',
    async (name) => {
      const files = Object.fromEntries([...Object.entries(await records()), [name, record]]);
      const error = await failure(readBundle(await changed(BUNDLE_PATHS.manifest, { files })));
      expect(error.code).toBe('BUNDLE_FILE_INVALID');
      expect(error.message).toContain(
        'files: expected an object with the records of the other files, none of them named __proto__, prototype, ' +
          'constructor, isonoise.json',
      );
    },
  );

  it('is not written if one of the files cannot have a record', async () => {
    const files = memoryFiles();
    const extra = Object.fromEntries([['constructor', Uint8Array.of(1)]]);
    expect((await failure(writeBundle(files, { ...parts, extra }))).code).toBe('BUNDLE_FILE_INVALID');
    expect(await files.list()).toEqual([]);
  });

  it.each(['toString', 'constructor', 'theirs'])('cannot have the key %s', async (key) => {
    const error = await failure(readBundle(await changed(BUNDLE_PATHS.manifest, { [key]: 1 })));
    expect(error.code).toBe('BUNDLE_FILE_INVALID');
    expect(error.message).toContain(`${key}: unknown key; allowed are format, formatVersion, name`);
  });
});

describe('the format version', () => {
  const transparent: ModelSpec = {
    ...parts.spec,
    image: { channels: 4, height: 8, width: 8 },
    pixels: 'premultiplied-rgba',
  };
  const transparentParts = {
    ...parts,
    spec: transparent,
    onnx: onnxOf(transparent),
    networkConfig: { ...parts.networkConfig, in_channels: 4 },
  };

  it('is 2 for a model without alpha and tags, so that earlier versions can read it', async () => {
    const { manifest, spec } = await readBundle(await written());
    expect(manifest.formatVersion).toBe(2);
    expect(manifest).not.toHaveProperty('pixels');
    expect(spec).not.toHaveProperty('pixels');
  });

  it('is 3 for a model with alpha, and reading returns the meaning of its channels', async () => {
    const files = memoryFiles();
    await writeBundle(files, transparentParts);
    const { manifest, spec } = await readBundle(files);
    expect(manifest).toMatchObject({ formatVersion: 3, pixels: 'premultiplied-rgba' });
    expect(spec).toMatchObject(transparent);
    expect(await resealBundle(files)).toMatchObject({ formatVersion: 3, pixels: 'premultiplied-rgba' });
  });

  it('cannot be 3 if the meaning of the channels is missing or does not fit their number', async () => {
    const none = await failure(readBundle(await changed(BUNDLE_PATHS.manifest, { formatVersion: 3 })));
    expect([none.code, none.message]).toEqual([
      'BUNDLE_FILE_INVALID',
      expect.stringContaining('pixels and tags are absent'),
    ]);
    const change = { formatVersion: 3, pixels: 'premultiplied-rgba' };
    const grey = await failure(readBundle(await changed(BUNDLE_PATHS.manifest, change)));
    expect(grey.message).toContain('pixels is premultiplied-rgba, but image.channels is 1; expected 4');
  });

  it('is 3 for a model with tags, which are refused in format 2 and beside classes', async () => {
    const tags = { names: ['cat'], counts: [5], dropped: true };
    expect(formatVersionFor({ tags })).toBe(3);
    const second = await failure(readBundle(await changed(BUNDLE_PATHS.manifest, { tags })));
    expect(second.message).toContain('tags: unknown key');
    const both = await failure(readBundle(await changed(BUNDLE_PATHS.manifest, { formatVersion: 3, tags })));
    expect([both.code, both.message]).toEqual([
      'BUNDLE_FILE_INVALID',
      expect.stringMatching(/has \d+ classes and 1 tag; expected only one of them/),
    ]);
  });

  it('cannot be 2 if the graph states the meaning of the channels', async () => {
    const files = memoryFiles();
    const { pixels: _, ...withoutPixels } = transparent;
    const error = await failure(writeBundle(files, { ...transparentParts, spec: withoutPixels }));
    expect(error.code).toBe('BUNDLE_INCONSISTENT');
    expect(error.message).toContain('pixels: absent; unet/model.onnx says "premultiplied-rgba"');
  });
});
