import { describe, expect, it } from 'vitest';
import { written } from '../testdata/digits.ts';
import { BUNDLE_PATHS, type BundleFiles } from './files.ts';
import { verifyBundle } from './verify-bundle.ts';

describe('verifyBundle', () => {
  it('reports on every file', async () => {
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
});
