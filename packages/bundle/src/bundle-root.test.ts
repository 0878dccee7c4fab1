import { describe, expect, it } from 'vitest';
import { bundleRoot } from './bundle-root.ts';

describe('bundleRoot', () => {
  it.each([
    ['', ['isonoise.json', 'unet/model.onnx']],
    ['m/', ['m/isonoise.json', '__MACOSX/m/._isonoise.json', 'Thumbs.db']],
    ['models/mnist/', ['models/README.md', 'models/mnist/isonoise.json']],
    // Deeper manifests do not count.
    ['m/', ['m/old/isonoise.json', 'm/isonoise.json', 'm/older/isonoise.json']],
  ])('finds the root %j in a list of files', (root, paths) => {
    expect(bundleRoot(paths, 'it')).toBe(root);
  });

  it.each([
    [[], 'it: got nothing; expected the files of a model, including isonoise.json.'],
    [['my-isonoise.json', 'a\u001b.txt'], 'it: got my-isonoise.json, a\\x1b.txt; expected'],
    [
      ['m/model_index.json', 'm/unet/model.onnx'],
      'must be imported first: pnpm import-model <model> --out models/<name>. A model of isonoise needs its isonoise.json: pass the whole folder, or a .zip of it.',
    ],
    [
      ['a/isonoise.json', 'b/isonoise.json'],
      'it: got 2 models (a/isonoise.json, b/isonoise.json); expected one.',
    ],
  ])('rejects the files %j', (paths, message) => {
    expect(() => bundleRoot(paths, 'it')).toThrow(
      expect.objectContaining({ code: 'BUNDLE_FILE_MISSING', message: expect.stringContaining(message) }),
    );
  });
});
