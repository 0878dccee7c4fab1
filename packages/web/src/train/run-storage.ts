import type { Dataset, TagTable } from '@isonoise/data';
import type { ModelStorage } from '@isonoise/runtime-web';
import {
  type CheckpointStore,
  checkpointSteps,
  type DataRecord,
  parseTrainConfig,
  type TextLog,
  trainError,
} from '@isonoise/train';
import type { ByteImages } from '../ui/image-grid.tsx';
import type { RunRecord } from './run-record.ts';

/**
 * Storage of runs in the browser. Keys:
 *
 * | key                        | value                                              |
 * | -------------------------- | -------------------------------------------------- |
 * | `<run>/run.json`           | {@link RunRecord}; a run exists once it is written  |
 * | `<run>/data.json`          | hashes of the images, checked on resume             |
 * | `<run>/metrics.jsonl`      | one line per step, up to the last checkpoint        |
 * | `<run>/checkpoints/<name>` | as written by `@isonoise/train`                     |
 * | `<run>/samples`            | the last samples: a line of JSON, then their bytes  |
 * | `<run>/pixels`, `labels`, `tags` | dropped images, which the page cannot read again |
 */
export interface RunStorage {
  /** Names of all runs. */
  list(): Promise<readonly string[]>;
  open(name: string): RunFiles;
  /** Removes everything stored for a run. */
  remove(name: string): Promise<void>;
}

/** The stored files of one run. */
export interface RunFiles {
  readonly checkpoints: CheckpointStore;
  /**
   * Lines are buffered in memory and written with each checkpoint, so that a step repeated after a crash has
   * only one line.
   */
  readonly metrics: TextLog;
  /** Reads the record of the run. @throws `RUN_NOT_FOUND` if it is not stored */
  readRecord(): Promise<RunRecord>;
  writeRecord(record: RunRecord): Promise<void>;
  /** Reads the hashes of the images. @returns null for a run of an earlier version, which has no hashes */
  readDataRecord(): Promise<DataRecord | null>;
  writeDataRecord(record: DataRecord): Promise<void>;
  /** Returns the step of the latest checkpoint; 0 if there is none. */
  lastStep(): Promise<number>;
  readSamples(): Promise<StoredSamples | null>;
  writeSamples(samples: StoredSamples): Promise<void>;
  readImages(record: RunRecord): Promise<Dataset>;
  writeImages(dataset: Dataset): Promise<void>;
}

export interface StoredSamples {
  readonly step: number;
  readonly images: ByteImages;
}

const RECORD = 'run.json';
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Opens the storage of runs. @param changed called after each change that the list of runs shows */
export function openRunStorage(storage: ModelStorage, changed: () => void = () => {}): RunStorage {
  return {
    async list() {
      const records = (await storage.keys('')).filter((key) => key.endsWith(`/${RECORD}`));
      return records.map((key) => key.slice(0, -RECORD.length - 1));
    },
    open: (name) => runFiles(storage, name, changed),
    async remove(name) {
      // The run record is deleted first, so that a partly removed run is not listed.
      await storage.delete(`${name}/${RECORD}`);
      for (const key of await storage.keys(`${name}/`)) await storage.delete(key);
      changed();
    },
  };
}

function runFiles(storage: ModelStorage, name: string, changed: () => void): RunFiles {
  const get = async (key: string): Promise<Uint8Array> => {
    const bytes = await storage.get(`${name}/${key}`);
    if (bytes !== undefined) return bytes;
    throw trainError(
      'RUN_NOT_FOUND',
      `run ${name}: ${key} is missing in this browser's storage; expected a stored run. Begin a new run.`,
    );
  };
  const put = (key: string, bytes: Uint8Array): Promise<void> => storage.put(`${name}/${key}`, bytes);
  const putShown = (key: string, bytes: Uint8Array): Promise<void> => put(key, bytes).then(changed);
  const log = metricsLog(
    async () => decoder.decode(await storage.get(`${name}/metrics.jsonl`)),
    (text) => put('metrics.jsonl', encoder.encode(text)),
  );
  const folder = `${name}/checkpoints/`;
  const checkpoints: CheckpointStore = {
    list: async () => (await storage.keys(folder)).map((key) => key.slice(folder.length)),
    get: (file) => get(`checkpoints/${file}`),
    async put(file, bytes) {
      // The metrics are written first, so that every step up to the checkpoint has its line.
      await log.flush();
      await putShown(`checkpoints/${file}`, bytes);
    },
    remove: (file) => storage.delete(folder + file),
  };
  return {
    checkpoints,
    metrics: log,
    async readRecord() {
      const record = JSON.parse(decoder.decode(await get(RECORD))) as RunRecord;
      return { ...record, config: parseTrainConfig(record.config) };
    },
    writeRecord: (record) => putShown(RECORD, encoder.encode(JSON.stringify(record))),
    async readDataRecord() {
      const bytes = await storage.get(`${name}/data.json`);
      return bytes === undefined ? null : (JSON.parse(decoder.decode(bytes)) as DataRecord);
    },
    writeDataRecord: (record) => put('data.json', encoder.encode(JSON.stringify(record))),
    lastStep: async () => (await checkpointSteps(checkpoints))[0] ?? 0,
    async readSamples() {
      const bytes = await storage.get(`${name}/samples`);
      return bytes === undefined ? null : decodeSamples(bytes);
    },
    writeSamples: (samples) => putShown('samples', encodeSamples(samples)),
    async readImages({ config, images: count, shape, classNames, tags }) {
      const dataset: Dataset = {
        name: config.dataset,
        count,
        shape,
        pixels: await get('pixels'),
        ...(tags !== undefined && { tags: decodeTags(tags.names, count, await get('tags')) }),
      };
      if (classNames === null) return dataset;
      const { buffer } = (await get('labels')).slice();
      return { ...dataset, labels: new Int32Array(buffer), classNames };
    },
    async writeImages({ pixels, labels, tags }) {
      await put('pixels', pixels);
      if (labels !== undefined) await put('labels', new Uint8Array(Int32Array.from(labels).buffer));
      if (tags !== undefined) await put('tags', encodeTags(tags));
    },
  };
}

interface FlushedLog extends TextLog {
  flush(): Promise<void>;
}

function metricsLog(load: () => Promise<string>, save: (text: string) => Promise<void>): FlushedLog {
  let text: string | null = null;
  const read = async (): Promise<string> => (text ??= await load());
  return {
    read,
    async replace(whole) {
      text = whole;
      await save(whole);
    },
    async append(more) {
      text = (await read()) + more;
    },
    flush: async () => save(await read()),
  };
}

function encodeSamples({ step, images: { bytes, shape } }: StoredSamples): Uint8Array {
  const head = encoder.encode(`${JSON.stringify({ step, shape })}\n`);
  const whole = new Uint8Array(head.length + bytes.length);
  whole.set(head);
  whole.set(bytes, head.length);
  return whole;
}

function decodeSamples(whole: Uint8Array): StoredSamples {
  const end = whole.indexOf('\n'.charCodeAt(0));
  const { step, shape } = JSON.parse(decoder.decode(whole.subarray(0, end))) as {
    step: number;
    shape: ByteImages['shape'];
  };
  return { step, images: { bytes: whole.slice(end + 1), shape } };
}

/** Encodes all offsets, then all indices, as 32-bit numbers. */
function encodeTags({ offsets, indices }: TagTable): Uint8Array {
  return new Uint8Array(Uint32Array.from([...offsets, ...indices]).buffer);
}

function decodeTags(names: readonly string[], count: number, bytes: Uint8Array): TagTable {
  const numbers = new Uint32Array(bytes.slice().buffer);
  return { names, offsets: numbers.slice(0, count + 1), indices: Uint16Array.from(numbers.slice(count + 1)) };
}
