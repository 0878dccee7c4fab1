import { describe, expect, it } from 'vitest';
import { changed, failure, formatOne, written } from '../testdata/digits.ts';
import { BUNDLE_PATHS, type BundleFiles } from './files.ts';
import { verifyBundle } from './verify-bundle.ts';

describe('verifyBundle', () => {
  it('reports the status of every file', async () => {
    const files = await written();
    expect(await verifyBundle(files)).toMatchObject({ ok: true });
    await files.write('README.md', Uint8Array.of(1));
    await files.write('notes.txt', Uint8Array.of(1));
    const read: BundleFiles['read'] = (path) =>
      path === BUNDLE_PATHS.weights ? Promise.reject(new Error('gone')) : files.read(path);
    const { ok, checks } = await verifyBundle({ ...files, read });
    expect(ok).toBe(false);
    const found = Object.fromEntries(checks.map(({ path, status }) => [path, status]));
    expect(found).toMatchObject({
      'README.md': 'mismatch',
      'notes.txt': 'unlisted',
      [BUNDLE_PATHS.weights]: 'missing',
      [BUNDLE_PATHS.onnx]: 'ok',
    });
  });

  it('distinguishes changed line endings from damage, and reports contradictions between files', async () => {
    const files = await written();
    await files.write('README.md', new TextEncoder().encode('# digits\r\n'));
    const { ok, checks, contradiction } = await verifyBundle(files);
    expect({ ok, contradiction }).toEqual({ ok: true, contradiction: null });
    expect(checks.find(({ path }) => path === 'README.md')?.status).toBe('line-ends');

    const swapped = await changed('isonoise.json', {
      classes: { count: 3, names: ['one', 'zero'], nullClass: 2 },
    });
    expect(await verifyBundle(swapped)).toMatchObject({
      ok: false,
      contradiction: expect.stringContaining('contradict the metadata of unet/model.onnx'),
    });
  });

  it('rejects a manifest that was edited or has no hash', async () => {
    const files = await written();
    const text = new TextDecoder().decode(await files.read('isonoise.json'));
    const edits = [
      text.replace(/"golden": \{[\s\S]*?"pngSha256": null\s*\}/, '"golden": null'),
      text.replace('"zero",\n      "one"', '"one",\n      "zero"'),
      text.replace('"steps": 100', '"steps": 101'),
      text.replace(/,\s*"sha256": "[0-9a-f]{64}"\s*\}\s*$/, '}'),
    ];
    for (const edit of edits) {
      expect(edit).not.toBe(text);
      await files.write('isonoise.json', new TextEncoder().encode(edit));
      const { code } = await failure(verifyBundle(files));
      expect(['BUNDLE_HASH_MISMATCH', 'BUNDLE_FILE_INVALID']).toContain(code);
    }
  });

  it('lists the facts that it cannot verify for format 1', async () => {
    expect((await verifyBundle(await written())).unproven).toEqual([]);
    const { ok, unproven } = await verifyBundle(await formatOne());
    expect(ok).toBe(true);
    expect(unproven).toEqual([
      expect.stringContaining('has format 1, which does not include a hash of the manifest itself'),
    ]);
    const dropped = await verifyBundle(await formatOne({ golden: null }));
    expect(dropped.unproven).toHaveLength(2);
    expect(dropped.unproven[1]).toContain('the golden record is missing');
  });
});
