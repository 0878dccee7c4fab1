import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { BUNDLE_PATHS, type ModelSpec, memoryFiles, toSchedulerConfig, writeBundle } from '@isonoise/bundle';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  answer,
  breakAfter,
  endAfter,
  lie,
  startUnreliableServer,
  type UnreliableServer,
} from '../../testdata/unreliable-server.ts';
import type { LoadContext, LoadProgress } from '../download/context.ts';
import { forgivingStorage } from '../storage/forgiving-storage.ts';
import { type ModelStorage, memoryStorage } from '../storage/model-storage.ts';
import { loadRemoteBundle } from './remote-bundle.ts';

const ONNX = BUNDLE_PATHS.onnx;
const MiB = 2 ** 20;

const spec: ModelSpec = {
  name: 'far',
  image: { channels: 1, height: 4, width: 4 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear', numTrainTimesteps: 100 }),
  classes: null,
};
const networkConfig = { _class_name: 'UNet2DModel', sample_size: 4, in_channels: 1 };

/** Returns a hash for comparing large files. Assertions on arrays would compare element by element. */
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const GRAPH_BYTES = 3 * MiB;
/** Tag of the graph in the ONNX file: field 7, with its length in four bytes of seven bits each. */
const GRAPH_TAG = [
  0x3a,
  ...[0, 7, 14, 21].map((shift, i) => ((GRAPH_BYTES >> shift) & 127) | (i < 3 ? 128 : 0)),
];

/** Two versions of an ONNX model with three megabytes of data. The model is never run. */
const versions = [1, 2].map((salt) =>
  Uint8Array.from(
    { length: GRAPH_TAG.length + GRAPH_BYTES },
    (_, i) => GRAPH_TAG[i] ?? (i * 31 + (i >> 9) * salt) & 255,
  ),
);
const onnxBytes = (version: 1 | 2): Uint8Array => versions[version - 1] ?? new Uint8Array();

let server: UnreliableServer;
let storage: ModelStorage;
let progress: LoadProgress[];
let notes: string[];
let pauses: number[];

beforeAll(async () => {
  server = await startUnreliableServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  storage = memoryStorage();
  await publish(1);
});

/** Puts a version of the model on the server. */
async function publish(version: 1 | 2): Promise<void> {
  const files = memoryFiles();
  await writeBundle(files, { spec, networkConfig, onnx: onnxBytes(version) });
  server.files.clear();
  for (const path of await files.list()) server.files.set(path, await files.read(path));
}

/** Loads the bundle as in a new visit of the page. Only the storage persists between visits. */
async function visit(changes: Partial<LoadContext> = {}): ReturnType<typeof loadRemoteBundle> {
  progress = [];
  notes = [];
  pauses = [];
  server.seen.length = 0;
  return loadRemoteBundle(server.url, {
    fetch,
    storage,
    onProgress: (each) => progress.push(each),
    note: (text) => notes.push(text),
    signal: undefined,
    wait: async (milliseconds) => void pauses.push(milliseconds),
    ...changes,
  });
}

/** Loads the bundle as {@link visit} does, with storage that may fail. */
function visitForgiving(): ReturnType<typeof loadRemoteBundle> {
  return visit({ storage: forgivingStorage(storage, (text) => notes.push(text)) });
}

/** Limits the size of the storage, as browsers do. */
function withRoomFor(most: number, whole: ModelStorage): ModelStorage {
  return {
    ...whole,
    async put(key, bytes) {
      let taken = bytes.length;
      for (const other of await whole.keys('')) {
        if (other !== key) taken += (await whole.get(other))?.length ?? 0;
      }
      if (taken > most) throw new Error('full');
      await whole.put(key, bytes);
    },
  };
}

const asked = (path: string): typeof server.seen => server.seen.filter((each) => each.path === path);

describe('loadRemoteBundle', () => {
  it('loads the files for sampling with progress reports, and only the manifest at the next visit', async () => {
    const bundle = await visit();
    expect(bundle.spec).toMatchObject({ name: 'far', image: spec.image });
    expect(hashOf(bundle.onnx)).toBe(hashOf(onnxBytes(1)));
    expect(server.seen.map(({ path }) => path)).toEqual([
      BUNDLE_PATHS.manifest,
      BUNDLE_PATHS.modelIndex,
      BUNDLE_PATHS.scheduler,
      BUNDLE_PATHS.networkConfig,
      ONNX,
    ]);
    const total = onnxBytes(1).length;
    const sha256 = hashOf(onnxBytes(1));
    const steps = progress.filter(({ file }) => file === ONNX);
    expect(steps[0]).toEqual({ file: ONNX, loaded: 0, total, from: 'network', sha256 });
    expect(steps.at(-1)).toEqual({ file: ONNX, loaded: total, total, from: 'network', sha256 });
    expect(steps.map(({ loaded }) => loaded)).toEqual(
      steps.map(({ loaded }) => loaded).sort((a, b) => a - b),
    );
    expect(await storage.keys('partial/')).toEqual([]);

    expect(hashOf((await visit()).onnx)).toBe(hashOf(bundle.onnx));
    expect(server.seen.map(({ path }) => path)).toEqual([BUNDLE_PATHS.manifest]);
    expect(progress.at(-1)).toEqual({ file: ONNX, loaded: total, total, from: 'cache', sha256 });
    expect(notes).toEqual([]);
  });

  it('resumes after a broken connection in the same visit', async () => {
    server.trick(ONNX, breakAfter(1.5 * MiB), breakAfter(100_000));
    expect(hashOf((await visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    const [first, second, third] = asked(ONNX);
    expect(first).toMatchObject({ range: undefined });
    const starts = [second, third].map((each) => Number(/^bytes=(\d+)-$/.exec(each?.range ?? '')?.[1]));
    // The number of bytes that arrive before the connection breaks varies. They are not requested again.
    expect(starts[0]).toBeGreaterThan(0);
    expect(starts[1]).toBeGreaterThan(starts[0] ?? 0);
    expect(second?.ifRange).toMatch(/^"/);
    expect(asked(ONNX)).toHaveLength(3);
  });

  it('resumes the download of an earlier visit', async () => {
    const end = new AbortController();
    const onProgress = ({ file, loaded }: LoadProgress): void => {
      if (file === ONNX && loaded > MiB) end.abort(new Error('the tab was closed'));
    };
    await expect(visit({ onProgress, signal: end.signal })).rejects.toThrow('the tab was closed');
    expect((await storage.keys('partial/')).length).toBeGreaterThan(1);

    expect(hashOf((await visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(Number(asked(ONNX)[0]?.range?.match(/\d+/)?.[0])).toBeGreaterThan(MiB);
    expect(asked(ONNX)).toHaveLength(1);
    expect(await storage.keys('partial/')).toEqual([]);
  });

  it('resumes a compressed download by requesting a range of the plain file without If-Range', async () => {
    const compressed = gzipSync(onnxBytes(1));
    const cut = compressed.length >> 1;
    server.trick(ONNX, (response) => {
      response.writeHead(200, {
        'Content-Encoding': 'gzip',
        'Content-Length': compressed.length,
        ETag: '"compressed"',
      });
      response.write(compressed.subarray(0, cut), () => setTimeout(() => response.destroy(), 50));
    });
    expect(hashOf((await visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    const [first, second] = asked(ONNX);
    expect(first).toMatchObject({ range: undefined });
    expect(second).toMatchObject({ range: expect.stringMatching(/^bytes=[1-9]\d*-$/), ifRange: undefined });
    expect(asked(ONNX)).toHaveLength(2);
  });

  it('accepts the whole file from a server that ignores ranges', async () => {
    const whole = answer(200);
    server.trick(ONNX, breakAfter(MiB), (response, file) => whole(response, file, undefined));
    expect(hashOf((await visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(asked(ONNX)).toHaveLength(2);
  });

  it('restarts if the server returns a different range or rejects the range', async () => {
    for (const wrong of [answer(206, { 'Content-Range': 'bytes 5-9/10' }), answer(416)]) {
      storage = memoryStorage();
      server.trick(ONNX, breakAfter(MiB), wrong);
      expect(hashOf((await visit()).onnx)).toBe(hashOf(onnxBytes(1)));
      expect(asked(ONNX).map(({ range }) => range !== undefined)).toEqual([false, true, false]);
    }
  });

  it('retries with growing pauses if the server is busy or the response is cut off, and finally fails', async () => {
    server.trick(ONNX, answer(503), endAfter(0), answer(429));
    expect(hashOf((await visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(pauses).toEqual([500, 1000, 2000]);

    storage = memoryStorage();
    server.trick(ONNX, breakAfter(MiB), ...Array.from({ length: 5 }, () => answer(503)));
    await expect(visit()).rejects.toMatchObject({
      code: 'BUNDLE_FILE_MISSING',
      message: expect.stringContaining('HTTP 503'),
    });
    // The received bytes are kept for the next visit.
    await visit();
    expect(asked(ONNX)[0]?.range).toMatch(/^bytes=[1-9]/);
  });

  it('rejects content that differs from the manifest, and does not store it', async () => {
    server.trick(ONNX, lie);
    await expect(visit()).rejects.toMatchObject({ code: 'BUNDLE_HASH_MISMATCH' });
    expect(await storage.keys('partial/')).toEqual([]);

    server.files.set(ONNX, new Uint8Array([...onnxBytes(1), 0]));
    await expect(visit()).rejects.toMatchObject({
      code: 'BUNDLE_HASH_MISMATCH',
      message: expect.stringContaining('more than'),
    });
    expect(await storage.keys('manifest/')).toEqual([]);
  });

  it('downloads a file again if the part from an earlier visit is damaged', async () => {
    const end = new AbortController();
    const stop = ({ file, loaded }: LoadProgress): void => {
      if (file === ONNX && loaded > MiB) end.abort();
    };
    await expect(visit({ onProgress: stop, signal: end.signal })).rejects.toThrow();
    const [part = ''] = await storage.keys('partial/');
    await storage.put(part, new Uint8Array((await storage.get(part)) ?? []).fill(0));
    expect(hashOf((await visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(asked(ONNX).map(({ range }) => range !== undefined)).toEqual([true, false]);
  });

  it('accepts a text file with changed line ends, adds a note, and stores the exported file', async () => {
    const path = BUNDLE_PATHS.networkConfig;
    const text = new TextDecoder().decode(server.files.get(path));
    server.files.set(path, new TextEncoder().encode(text.replaceAll('\n', '\r\n')));
    expect((await visit()).networkConfig).toEqual(networkConfig);
    expect(notes).toEqual([
      expect.stringMatching(/^unet\/config\.json: the line endings differ from the export/),
    ]);
    await visit();
    expect(notes).toEqual([]);
    storage = memoryStorage();
    server.files.set(path, new TextEncoder().encode(text.replace('"sample_size": 4', '"sample_size": 5')));
    await expect(visit()).rejects.toMatchObject({ code: 'BUNDLE_HASH_MISMATCH' });
  });

  it('replaces a damaged stored copy, with a note', async () => {
    await visit();
    for (const key of await storage.keys('sha256/')) {
      const bytes = await storage.get(key);
      if (bytes !== undefined && bytes.length > MiB) await storage.put(key, bytes.fill(7, 0, 9));
    }
    expect(hashOf((await visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(notes).toEqual([
      expect.stringMatching(/unet\/model\.onnx: the copy .* damaged; it was downloaded again/),
    ]);
    await visit();
    expect(asked(ONNX)).toEqual([]);
    expect(notes).toEqual([]);
  });

  it('works offline only after the bundle has been loaded once', async () => {
    await server.offline(true);
    await expect(visit()).rejects.toMatchObject({ code: 'BUNDLE_FILE_MISSING' });
    await server.offline(false);
    await visit();
    await server.offline(true);
    expect(hashOf((await visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(notes).toEqual([expect.stringContaining('The stored version of the model is used')]);
    await server.offline(false);
  });

  it('does not store the manifest if the storage is too full for its files', async () => {
    storage = withRoomFor(MiB, storage);
    const note = expect.stringContaining("the browser's storage cannot be used (Error: full)");
    await visitForgiving();
    expect(notes).toEqual([note]);
    expect(await storage.keys('manifest/')).toEqual([]);
  });

  it('deletes the earlier version if the storage cannot hold two', async () => {
    await visit();
    await publish(2);
    // Two versions take six megabytes. In addition, the parts of a download are stored until it is complete.
    storage = withRoomFor(5 * MiB, storage);
    expect(hashOf((await visitForgiving()).onnx)).toBe(hashOf(onnxBytes(2)));
    expect(await storage.keys('sha256/')).toHaveLength(4);
    expect(await storage.keys('partial/')).toEqual([]);
    await server.offline(true);
    expect(hashOf((await visit()).onnx)).toBe(hashOf(onnxBytes(2)));
    await server.offline(false);
  });

  it('names the address if the response is not a manifest', async () => {
    server.files.set(BUNDLE_PATHS.manifest, new TextEncoder().encode('<!doctype html>'));
    await expect(visit()).rejects.toMatchObject({
      code: 'BUNDLE_FILE_INVALID',
      message: expect.stringMatching(
        /^http:.*: isonoise\.json: .*not JSON.* Check that this is the address of a model\.$/,
      ),
    });
  });

  it('rejects if the server no longer has the model, even if a version is stored', async () => {
    await visit();
    server.files.clear();
    await expect(visit()).rejects.toMatchObject({
      code: 'BUNDLE_FILE_MISSING',
      message: expect.stringContaining('HTTP 404'),
    });
  });

  it('never mixes two versions, and deletes the earlier version when the new one is complete', async () => {
    await visit();
    await publish(2);
    server.trick(ONNX, answer(404));
    await expect(visit()).rejects.toMatchObject({ code: 'BUNDLE_FILE_MISSING' });
    await server.offline(true);
    expect(hashOf((await visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    await server.offline(false);

    expect(hashOf((await visit()).onnx)).toBe(hashOf(onnxBytes(2)));
    // The configurations are equal in both versions, so they are stored once.
    expect(await storage.keys('sha256/')).toHaveLength(4);
  });

  it('sends no If-Range for a weak ETag, which does not guarantee equal bytes', async () => {
    server.trick(ONNX, (response, file) => {
      response.writeHead(200, { ETag: 'W/"much the same"', 'Content-Length': file.length });
      response.write(file.subarray(0, MiB), () => response.socket?.destroy());
    });
    expect(hashOf((await visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(asked(ONNX)[1]).toMatchObject({ range: expect.stringMatching(/^bytes=/), ifRange: undefined });
  });
});
