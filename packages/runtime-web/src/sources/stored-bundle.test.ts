import { describe, expect, it } from 'vitest';
import { hashOf, MiB, ONNX, onnxBytes, useRemoteModel } from '../../testdata/remote-model.ts';
import { answer } from '../../testdata/unreliable-server.ts';
import type { LoadProgress } from '../download/context.ts';
import { forgivingStorage } from '../storage/forgiving-storage.ts';
import type { ModelStorage } from '../storage/model-storage.ts';
import type { loadRemoteBundle } from './remote-bundle.ts';

const far = useRemoteModel();

/** Loads the bundle as `visit` does, with storage that may fail. */
function visitForgiving(): ReturnType<typeof loadRemoteBundle> {
  return far.visit({ storage: forgivingStorage(far.storage, (text) => far.notes.push(text)) });
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

describe('loadRemoteBundle with stored files', () => {
  it('downloads a file again if the part from an earlier visit is damaged', async () => {
    const end = new AbortController();
    const stop = ({ file, loaded }: LoadProgress): void => {
      if (file === ONNX && loaded > MiB) end.abort();
    };
    await expect(far.visit({ onProgress: stop, signal: end.signal })).rejects.toThrow();
    const [part = ''] = await far.storage.keys('partial/');
    await far.storage.put(part, new Uint8Array((await far.storage.get(part)) ?? []).fill(0));
    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(far.asked(ONNX).map(({ range }) => range !== undefined)).toEqual([true, false]);
  });

  it('replaces a damaged stored copy, with a note', async () => {
    await far.visit();
    for (const key of await far.storage.keys('sha256/')) {
      const bytes = await far.storage.get(key);
      if (bytes !== undefined && bytes.length > MiB) await far.storage.put(key, bytes.fill(7, 0, 9));
    }
    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(far.notes).toEqual([
      expect.stringMatching(/unet\/model\.onnx: the copy .* damaged; it was downloaded again/),
    ]);
    await far.visit();
    expect(far.asked(ONNX)).toEqual([]);
    expect(far.notes).toEqual([]);
  });

  it('works offline only after the bundle has been loaded once', async () => {
    await far.server.offline(true);
    await expect(far.visit()).rejects.toMatchObject({ code: 'BUNDLE_FILE_MISSING' });
    await far.server.offline(false);
    await far.visit();
    await far.server.offline(true);
    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    expect(far.notes).toEqual([expect.stringContaining('The stored version of the model is used')]);
    await far.server.offline(false);
  });

  it('does not store the manifest if the storage is too full for its files', async () => {
    far.storage = withRoomFor(MiB, far.storage);
    const note = expect.stringContaining("the browser's storage cannot be used (Error: full)");
    await visitForgiving();
    expect(far.notes).toEqual([note]);
    expect(await far.storage.keys('manifest/')).toEqual([]);
  });

  it('deletes the earlier version if the storage cannot hold two', async () => {
    await far.visit();
    await far.publish(2);
    // Two versions take six megabytes. In addition, the parts of a download are stored until it is complete.
    far.storage = withRoomFor(5 * MiB, far.storage);
    expect(hashOf((await visitForgiving()).onnx)).toBe(hashOf(onnxBytes(2)));
    expect(await far.storage.keys('sha256/')).toHaveLength(4);
    expect(await far.storage.keys('partial/')).toEqual([]);
    await far.server.offline(true);
    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(2)));
    await far.server.offline(false);
  });

  it('rejects if the model was removed from the server, even if a version is stored', async () => {
    await far.visit();
    far.server.files.clear();
    await expect(far.visit()).rejects.toMatchObject({
      code: 'BUNDLE_FILE_MISSING',
      message: expect.stringContaining('HTTP 404'),
    });
  });

  it('never mixes two versions, and deletes the earlier version when the new one is complete', async () => {
    await far.visit();
    await far.publish(2);
    far.server.trick(ONNX, answer(404));
    await expect(far.visit()).rejects.toMatchObject({ code: 'BUNDLE_FILE_MISSING' });
    await far.server.offline(true);
    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(1)));
    await far.server.offline(false);

    expect(hashOf((await far.visit()).onnx)).toBe(hashOf(onnxBytes(2)));
    // The configurations are equal in both versions, so they are stored once.
    expect(await far.storage.keys('sha256/')).toHaveLength(4);
  });
});
