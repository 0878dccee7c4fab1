import { describe, expect, it } from 'vitest';
import { failure, golden, parts, spec, written } from '../testdata/digits.ts';
import { toOnnxMetadata } from './onnx-metadata.ts';
import { readOnnxMetadata } from './onnx-metadata-reader.ts';
import { readBundle } from './read-bundle.ts';
import { sha256Hex } from './sha256.ts';
import { readOnnxFile, toSingleFile } from './single-file.ts';

const utf8 = (text: string): readonly number[] => [...new TextEncoder().encode(text)];

/** A field of a protobuf message, written from the encoding guide; its length needs at most two bytes. */
const field = (number: number, content: readonly number[]): readonly number[] => [
  number * 8 + 2,
  ...(content.length < 128 ? [content.length] : [(content.length % 128) + 128, content.length >> 7]),
  ...content,
];

const entry = (key: string, value: string): readonly number[] =>
  field(14, [...field(1, utf8(key)), ...field(2, utf8(value))]);

/** An ONNX file without a graph, with our metadata. */
const onnx = Uint8Array.from(
  Object.entries(toOnnxMetadata(spec)).flatMap(([key, value]) => entry(key, value)),
);
const manifest = { golden, training: { steps: 3, note: 'größer' } };
const file = toSingleFile({ manifest, onnx });

const RECORD = {
  version: 1,
  onnx: { sha256: sha256Hex(onnx), bytes: onnx.length },
  golden: null,
  training: {},
};

/** The file with another record. */
const withRecord = (record: unknown): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    ...onnx,
    ...entry('isonoise.bundle', typeof record === 'string' ? record : JSON.stringify(record)),
  ]);

describe('a model in one file', () => {
  it('gives back the network byte for byte, its hash, and what the manifest says', async () => {
    const read = await readOnnxFile(file);
    expect(read).toEqual({ spec, ...manifest, onnx, sha256: sha256Hex(onnx) });
    // Other readers see one message with all entries.
    expect(Object.keys(readOnnxMetadata(file))).toEqual([
      ...Object.keys(toOnnxMetadata(spec)),
      'isonoise.bundle',
    ]);
  });

  it('holds what the bundle held', async () => {
    const bundle = await readBundle(await written());
    const read = await readOnnxFile(toSingleFile({ ...bundle, onnx }));
    expect(read.golden).toEqual(bundle.manifest.golden);
    expect(read.training).toEqual(parts.training);
  });

  it('may also be unet/model.onnx alone, which has no golden record', async () => {
    expect(await readOnnxFile(onnx)).toEqual({
      spec,
      golden: null,
      training: {},
      onnx,
      sha256: sha256Hex(onnx),
    });
  });

  it('is refused if a byte of the network changed', async () => {
    const damaged = file.slice();
    // The last byte of the last value, which is a quote or a bracket.
    damaged[onnx.length - 1] = 0x20;
    expect((await failure(readOnnxFile(damaged))).code).toBe('BUNDLE_HASH_MISMATCH');
  });

  it.each([
    ['a field after the entry', Uint8Array.from([...file, ...field(7, [1, 2])])],
    ['a second entry', Uint8Array.from([...file, ...entry('isonoise.bundle', JSON.stringify(RECORD))])],
    ['more bytes than the file has', withRecord({ ...RECORD, onnx: { ...RECORD.onnx, bytes: 1e15 } })],
    ['fewer bytes than there are', withRecord({ ...RECORD, onnx: { ...RECORD.onnx, bytes: 1 } })],
  ])('is refused with %s', async (_, bytes) => {
    expect((await failure(readOnnxFile(bytes))).code).toBe('BUNDLE_METADATA');
  });

  it.each([
    ['text that is not JSON', '{'],
    ['another version', { ...RECORD, version: 2 }],
    ['an unknown key', { ...RECORD, owner: 'x' }],
    ['a hash that is not one', { ...RECORD, onnx: { ...RECORD.onnx, sha256: 'x' } }],
    ['a golden record without fields', { ...RECORD, golden: {} }],
    ['training that is a list', { ...RECORD, training: [] }],
    ['deep nesting', `{"version":1,"training":${'['.repeat(10_000)}`],
    ['__proto__', '{"version":1,"__proto__":{"golden":null}}'],
  ])('is refused with %s', async (_, record) => {
    expect((await failure(readOnnxFile(withRecord(record)))).code).toBe('BUNDLE_FILE_INVALID');
  });

  it('is refused when truncated anywhere', async () => {
    for (let length = onnx.length + 1; length < file.length; length += 7) {
      expect((await failure(readOnnxFile(file.slice(0, length)))).code).toBe('BUNDLE_METADATA');
    }
  });
});
