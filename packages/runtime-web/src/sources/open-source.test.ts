import { readFileSync } from 'node:fs';
import { BUNDLE_PATHS, parseManifest, toSingleFile } from '@isonoise/bundle';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answer,
  breakAfter,
  startUnreliableServer,
  type UnreliableServer,
} from '../../testdata/unreliable-server.ts';
import type { LoadContext } from '../download/context.ts';
import { memoryStorage } from '../storage/model-storage.ts';
import { openSource } from './open-source.ts';

const MODEL = new URL('../../../../models/mnist/', import.meta.url);

let server: UnreliableServer;
beforeAll(async () => {
  server = await startUnreliableServer();
  for (const path of Object.values(BUNDLE_PATHS)) {
    server.files.set(`mnist/${path}`, new Uint8Array(readFileSync(new URL(path, MODEL))));
  }
});
afterAll(() => server.close());

const context = (signal?: AbortSignal): LoadContext => ({
  fetch,
  storage: memoryStorage(),
  onProgress: () => {},
  note: () => {},
  signal,
  wait: async () => {},
});

describe('openSource', () => {
  it('opens a folder (with or without a final slash) and a single ONNX file at addresses relative to the page', async () => {
    const base = new URL('page.html', server.url).href;
    const folder = await openSource('mnist', base, context());
    for (const source of ['mnist/', new URL('mnist', server.url), `mnist/${BUNDLE_PATHS.onnx}`]) {
      const { spec, sha256 } = await openSource(source, base, context());
      expect({ image: spec.image, sha256 }).toEqual({ image: folder.spec.image, sha256: folder.sha256 });
    }
  });

  it('opens a model in a single file, with the golden record and the SHA-256 of its bundle', async () => {
    const read = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, MODEL)));
    const manifest = parseManifest(read(BUNDLE_PATHS.manifest));
    server.files.set('one.onnx', toSingleFile({ manifest, onnx: read(BUNDLE_PATHS.onnx) }));
    const folder = await openSource('mnist', server.url.href, context());
    const one = await openSource('one.onnx', server.url.href, context());
    expect({ golden: one.golden, sha256: one.sha256 }).toEqual({
      golden: folder.golden,
      sha256: folder.sha256,
    });
    expect(Buffer.compare(one.onnx, folder.onnx)).toBe(0);
  });

  it('rejects with the URL and the reason if a single ONNX file is missing', async () => {
    const path = `mnist/${BUNDLE_PATHS.onnx}`;
    const url = new URL(path, server.url);
    const open = (signal?: AbortSignal): Promise<unknown> =>
      openSource(url, server.url.href, context(signal));
    server.trick(path, answer(404), breakAfter(1000));
    await expect(open()).rejects.toMatchObject({
      code: 'BUNDLE_FILE_MISSING',
      message: expect.stringContaining(`${url.href}: got HTTP 404`),
    });
    const broken = {
      code: 'BUNDLE_FILE_MISSING',
      message: expect.stringContaining(`${url.href}: no response (`),
    };
    await expect(open()).rejects.toMatchObject(broken);
    await expect(open(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    await server.offline(true);
    await expect(open()).rejects.toMatchObject({ ...broken, cause: expect.any(TypeError) });
    await server.offline(false);
  });
});
