import { createHash } from 'node:crypto';
import { BUNDLE_PATHS, type JsonObject, type ModelSpec, memoryFiles, toSchedulerConfig, writeBundle } from '@isonoise/bundle';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { LoadContext, LoadProgress } from '../src/download/context.ts';
import { loadRemoteBundle } from '../src/sources/remote-bundle.ts';
import { type ModelStorage, memoryStorage } from '../src/storage/model-storage.ts';
import { breakAfter, type SeenRequest, startUnreliableServer, type Trick, type UnreliableServer } from './unreliable-server.ts';

/** Path of the ONNX file. */
export const ONNX: string = BUNDLE_PATHS.onnx;
export const MiB: number = 2 ** 20;

export const spec: ModelSpec = {
  name: 'far',
  image: { channels: 1, height: 4, width: 4 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear', numTrainTimesteps: 100 }),
  classes: null,
};
export const networkConfig: JsonObject = { _class_name: 'UNet2DModel', sample_size: 4, in_channels: 1 };

/** Returns a hash for comparing large files. Assertions on arrays would compare element by element. */
export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

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
export const onnxBytes = (version: 1 | 2): Uint8Array => versions[version - 1] ?? new Uint8Array();

/** A model on a server, and a record of the last visit. */
export class RemoteModel {
  server!: UnreliableServer;
  /** The storage of the browser. */
  storage: ModelStorage = memoryStorage();
  /** Progress, notes and pauses of the last visit. */
  progress: LoadProgress[] = [];
  notes: string[] = [];
  pauses: number[] = [];

  /** Puts a version of the model on the server. */
  async publish(version: 1 | 2): Promise<void> {
    const files = memoryFiles();
    await writeBundle(files, { spec, networkConfig, onnx: onnxBytes(version) });
    this.server.files.clear();
    for (const path of await files.list()) this.server.files.set(path, await files.read(path));
  }

  /** Loads the bundle as in a new visit of the page. Only the storage persists between visits. */
  async visit(changes: Partial<LoadContext> = {}): ReturnType<typeof loadRemoteBundle> {
    this.progress = [];
    this.notes = [];
    this.pauses = [];
    this.server.seen.length = 0;
    return loadRemoteBundle(this.server.url, {
      fetch,
      storage: this.storage,
      onProgress: (each) => this.progress.push(each),
      note: (text) => this.notes.push(text),
      signal: undefined,
      wait: async (milliseconds) => void this.pauses.push(milliseconds),
      ...changes,
    });
  }

  /** Returns a trick that breaks the connection when the visitor has read the given number of bytes of the ONNX file. */
  breakAfter(bytes: number): Trick {
    return breakAfter(bytes, (length) => this.loaded() >= length);
  }

  /** Returns the number of bytes of the ONNX file that the visitor has read. */
  loaded(): number {
    return this.progress.findLast(({ file }) => file === ONNX)?.loaded ?? 0;
  }

  /** Returns the requests for a file during the last visit. */
  asked(path: string): readonly SeenRequest[] {
    return this.server.seen.filter((each) => each.path === path);
  }
}

/** Starts a server for a test file. Before each test, the storage is emptied and the first version is published. */
export function useRemoteModel(): RemoteModel {
  const far = new RemoteModel();
  beforeAll(async () => {
    far.server = await startUnreliableServer();
  });
  afterAll(() => far.server.close());
  beforeEach(async () => {
    far.storage = memoryStorage();
    await far.publish(1);
  });
  return far;
}
