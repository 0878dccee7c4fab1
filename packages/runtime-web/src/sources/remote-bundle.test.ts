import { gzipSync } from 'node:zlib';
import { BUNDLE_PATHS } from '@isonoise/bundle';
import { describe, expect, it } from 'vitest';
import {
  hashOf,
  MiB,
  networkConfig,
  ONNX,
  onnxBytes,
  spec,
  useRemoteModel,
} from '../../testdata/remote-model.ts';
import {
  answer,
  breakWhen,
  cutWithoutLength,
  endAfter,
  lie,
  signIn,
  type Trick,
} from '../../testdata/unreliable-server.ts';
import type { LoadProgress } from '../download/context.ts';
import { memoryStorage } from '../storage/model-storage.ts';

const far = useRemoteModel();

describe('loadRemoteBundle', () => {
  it('loads the files for sampling with progress reports, and only the manifest at the next visit', async () => {
    const bundle = await far.visit();
    expect(bundle.spec).toMatchObject({ name: 'far', image: spec.image });
    expect(hashOf(bundle.onnx)).toBe(hashOf(onnxBytes(1)));
    expect(far.server.seen.map(({ path }) => path)).toEqual([
      BUNDLE_PATHS.manifest,
      BUNDLE_PATHS.modelIndex,
      BUNDLE_PATHS.scheduler,
      BUNDLE_PATHS.networkConfig,
      ONNX,
    ]);
    const total = onnxBytes(1).length;
    const sha256 = hashOf(onnxBytes(1));
    const steps = far.progress.filter(({ file }) => file === ONNX);
    expect(steps[0]).toEqual({ file: ONNX, loaded: 0, total, from: 'network', sha256 });
    expect(steps.at(-1)).toEqual({ file: ONNX, loaded: total, total, from: 'network', sha256 });
    expect(steps.map(({ loaded }) => loaded)).toEqual(
      steps.map(({ loaded }) => loaded).sort((a, b) => a - b),
    );
    expect(await far.storage.keys('partial/')).toEqual([]);

    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(bundle.onnx));
    expect(far.server.seen.map(({ path }) => path)).toEqual([BUNDLE_PATHS.manifest]);
    expect(far.progress.at(-1)).toEqual({ file: ONNX, loaded: total, total, from: 'cache', sha256 });
    expect(far.notes).toEqual([]);
  });

  it('resumes after a broken connection in the same visit', async () => {
    far.server.trick(ONNX, far.breakAfter(1.5 * MiB), far.breakAfter(100_000));
    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    const [first, second, third] = far.asked(ONNX);
    expect(first).toMatchObject({ range: undefined });
    expect([second?.range, third?.range]).toEqual([`bytes=${1.5 * MiB}-`, `bytes=${1.5 * MiB + 100_000}-`]);
    expect(second?.ifRange).toMatch(/^"/);
    expect(far.asked(ONNX)).toHaveLength(3);
  });

  it('resumes the download of an earlier visit', async () => {
    const end = new AbortController();
    const onProgress = ({ file, loaded }: LoadProgress): void => {
      if (file === ONNX && loaded > MiB) end.abort(new Error('the tab was closed'));
    };
    await expect(far.visit({ onProgress, signal: end.signal })).rejects.toThrow('the tab was closed');
    expect((await far.storage.keys('partial/')).length).toBeGreaterThan(1);

    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(Number(far.asked(ONNX)[0]?.range?.match(/\d+/)?.[0])).toBeGreaterThan(MiB);
    expect(far.asked(ONNX)).toHaveLength(1);
    expect(await far.storage.keys('partial/')).toEqual([]);
  });

  it('resumes a compressed download by requesting a range of the plain file without If-Range', async () => {
    const compressed = gzipSync(onnxBytes(1));
    const cut = compressed.length >> 1;
    far.server.trick(ONNX, (response) => {
      response.writeHead(200, {
        'Content-Encoding': 'gzip',
        'Content-Length': compressed.length,
        ETag: '"compressed"',
      });
      response.write(compressed.subarray(0, cut), () => breakWhen(response, () => far.loaded() > 0));
    });
    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    const [first, second] = far.asked(ONNX);
    expect(first).toMatchObject({ range: undefined });
    expect(second).toMatchObject({ range: expect.stringMatching(/^bytes=[1-9]\d*-$/), ifRange: undefined });
    expect(far.asked(ONNX)).toHaveLength(2);
  });

  it('accepts the whole file from a server that ignores ranges', async () => {
    const whole = answer(200);
    far.server.trick(ONNX, far.breakAfter(MiB), (response, file) => whole(response, file, undefined));
    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(far.asked(ONNX)).toHaveLength(2);
  });

  it('keeps the received bytes if a page is sent instead of the rest', async () => {
    far.server.trick(ONNX, far.breakAfter(1.5 * MiB), signIn(7), signIn(1000));
    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    const rest = `bytes=${1.5 * MiB}-`;
    expect(far.asked(ONNX).map(({ range }) => range)).toEqual([undefined, rest, rest, rest]);
  });

  it('keeps the bytes of an earlier visit if pages of any length are sent instead of the rest', async () => {
    far.server.trick(ONNX, far.breakAfter(1.5 * MiB), ...Array.from({ length: 5 }, () => answer(503)));
    await expect(far.visit()).rejects.toMatchObject({ code: 'BUNDLE_FILE_MISSING' });
    const kept = far.asked(ONNX).at(-1)?.range;
    for (const bytes of [300, 2 * MiB]) {
      far.server.trick(ONNX, ...Array.from({ length: 5 }, () => signIn(bytes)));
      await expect(far.visit()).rejects.toThrow(`got a response of ${bytes} bytes`);
    }
    far.server.trick(ONNX, signIn(4 * MiB));
    await expect(far.visit()).rejects.toThrow('got more than');
    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(far.asked(ONNX).map(({ range }) => range)).toEqual([kept]);
  });

  it('does not keep a page that is sent instead of the file', async () => {
    far.server.trick(ONNX, signIn(7));
    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(far.asked(ONNX).map(({ range }) => range)).toEqual([undefined, undefined]);
  });

  const otherRanges = [answer(206, { 'Content-Range': 'bytes 5-9/10' }), answer(416)];
  it('requests the whole file if the server returns a different range or rejects the range', async () => {
    for (const wrong of otherRanges) {
      far.storage = memoryStorage();
      far.server.trick(ONNX, far.breakAfter(MiB), wrong);
      expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(1)));
      expect(far.asked(ONNX).map(({ range }) => range !== undefined)).toEqual([false, true, false]);
    }
  });

  it('keeps the received bytes after a different range, a rejected range and a whole file that breaks off', async () => {
    const cut = far.breakAfter(100_000);
    const whole: Trick = (response, file) => cut(response, file, undefined);
    for (const wrong of [...otherRanges.map((range) => [range, answer(503)]), [whole]]) {
      far.storage = memoryStorage();
      const failures = Array.from({ length: 5 }, () => wrong).flat();
      far.server.trick(ONNX, far.breakAfter(MiB), ...failures);
      await expect(far.visit()).rejects.toMatchObject({ code: 'BUNDLE_FILE_MISSING' });
      expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(1)));
      expect(far.asked(ONNX).map(({ range }) => range)).toEqual([`bytes=${MiB}-`]);
    }
  });

  it('resumes a response without a length if its ETag can show that the file is the same', async () => {
    far.server.trick(ONNX, cutWithoutLength(MiB, { etag: true }));
    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(far.asked(ONNX).map(({ range }) => range)).toEqual([undefined, `bytes=${MiB}-`]);

    far.storage = memoryStorage();
    far.server.trick(ONNX, cutWithoutLength(MiB, { etag: false }));
    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(far.asked(ONNX).map(({ range }) => range)).toEqual([undefined, undefined]);
  });

  it('retries with growing pauses if the server is busy or the response is cut off, and finally fails', async () => {
    far.server.trick(ONNX, answer(503), endAfter(0), answer(429));
    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(far.pauses).toEqual([500, 1000, 2000]);

    far.storage = memoryStorage();
    far.server.trick(ONNX, far.breakAfter(MiB), ...Array.from({ length: 5 }, () => answer(503)));
    await expect(far.visit()).rejects.toMatchObject({
      code: 'BUNDLE_FILE_MISSING',
      message: expect.stringContaining('HTTP 503'),
    });
    // The received bytes are kept for the next visit.
    await far.visit();
    expect(far.asked(ONNX)[0]?.range).toMatch(/^bytes=[1-9]/);
  });

  it('rejects content that differs from the manifest, and does not store it', async () => {
    far.server.trick(ONNX, lie);
    await expect(far.visit()).rejects.toMatchObject({ code: 'BUNDLE_HASH_MISMATCH' });
    expect(await far.storage.keys('partial/')).toEqual([]);

    far.server.files.set(ONNX, Buffer.concat([onnxBytes(1), Buffer.of(0)]));
    await expect(far.visit()).rejects.toMatchObject({
      code: 'BUNDLE_HASH_MISMATCH',
      message: expect.stringContaining('more than'),
    });
    expect(await far.storage.keys('manifest/')).toEqual([]);
  });

  it('accepts a text file with changed line ends, adds a note, and stores the exported file', async () => {
    const path = BUNDLE_PATHS.networkConfig;
    const text = new TextDecoder().decode(far.server.files.get(path));
    far.server.files.set(path, new TextEncoder().encode(text.replaceAll('\n', '\r\n')));
    expect((await far.visit()).networkConfig).toEqual(networkConfig);
    expect(far.notes).toEqual([
      expect.stringMatching(/^unet\/config\.json: the line endings differ from the export/),
    ]);
    await far.visit();
    expect(far.notes).toEqual([]);
    far.storage = memoryStorage();
    far.server.files.set(
      path,
      new TextEncoder().encode(text.replace('"sample_size": 4', '"sample_size": 5')),
    );
    await expect(far.visit()).rejects.toMatchObject({ code: 'BUNDLE_HASH_MISMATCH' });
  });

  it('names the address if the response is not a manifest', async () => {
    far.server.files.set(BUNDLE_PATHS.manifest, new TextEncoder().encode('<!doctype html>'));
    await expect(far.visit()).rejects.toMatchObject({
      code: 'BUNDLE_FILE_INVALID',
      message: expect.stringMatching(
        /^http:.*: isonoise\.json: .*not JSON.* Check that this is the address of a model\.$/,
      ),
    });
  });

  it('sends no If-Range for a weak ETag, which does not guarantee equal bytes', async () => {
    far.server.trick(ONNX, (response, file) => {
      response.writeHead(200, { ETag: 'W/"much the same"', 'Content-Length': file.length });
      response.write(file.subarray(0, MiB), () => response.socket?.destroy());
    });
    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(far.asked(ONNX)[1]).toMatchObject({ range: expect.stringMatching(/^bytes=/), ifRange: undefined });
  });
});
