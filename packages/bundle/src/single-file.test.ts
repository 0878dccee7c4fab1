import { describe, expect, it } from 'vitest';
import { failure, golden, parts, spec, written } from '../testdata/digits.ts';
import { toOnnxMetadata } from './onnx-metadata.ts';
import { readOnnxMetadata } from './onnx-metadata-reader.ts';
import { readBundle } from './read-bundle.ts';
import { sha256Hex } from './sha256.ts';
import { readOnnxFile, toSingleFile } from './single-file.ts';

const utf8 = (text: string): readonly number[] => [...new TextEncoder().encode(text)];

/** Encodes a field of a protobuf message, as described in the encoding guide. Its length takes at most two bytes. */
const field = (number: number, content: readonly number[]): readonly number[] => [
  number * 8 + 2,
  ...(content.length < 128 ? [content.length] : [(content.length % 128) + 128, content.length >> 7]),
  ...content,
];

const entry = (key: string, value: string): readonly number[] =>
  field(14, [...field(1, utf8(key)), ...field(2, utf8(value))]);

/** An ONNX file with metadata of isonoise, but without a graph. */
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

/** Returns the file with a different record. */
const withRecord = (record: unknown): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    ...onnx,
    ...entry('isonoise.bundle', typeof record === 'string' ? record : JSON.stringify(record)),
  ]);

describe('a model in a single file', () => {
  it('contains the network byte for byte, its hash, and the facts of the manifest', async () => {
    const read = await readOnnxFile(file);
    expect(read).toEqual({ spec, ...manifest, onnx, sha256: sha256Hex(onnx) });
    // Other readers see a single message with all entries.
    expect(Object.keys(readOnnxMetadata(file))).toEqual([
      ...Object.keys(toOnnxMetadata(spec)),
      'isonoise.bundle',
    ]);
  });

  it('has the same content as the bundle', async () => {
    const bundle = await readBundle(await written());
    const read = await readOnnxFile(toSingleFile({ ...bundle, onnx }));
    expect(read.golden).toEqual(bundle.manifest.golden);
    expect(read.training).toEqual(parts.training);
  });

  it('may be just unet/model.onnx, which has no golden record', async () => {
    expect(await readOnnxFile(onnx)).toEqual({
      spec,
      golden: null,
      training: {},
      onnx,
      sha256: sha256Hex(onnx),
    });
  });

  it('is refused if a byte of the network is changed', async () => {
    const damaged = file.slice();
    // Change the last byte of the last value, which is a quote or a bracket.
    damaged[onnx.length - 1] = 0x20;
    expect((await failure(readOnnxFile(damaged))).code).toBe('BUNDLE_HASH_MISMATCH');
    expect(await failure(readOnnxFile(damaged, undefined, 'it.onnx'))).toMatchObject({
      code: 'BUNDLE_HASH_MISMATCH',
      message: expect.stringMatching(/^it\.onnx: .+; expected/),
    });
  });

  it.each([
    ['a field after the entry', Uint8Array.from([...file, ...field(7, [1, 2])])],
    ['a second entry', Uint8Array.from([...file, ...entry('isonoise.bundle', JSON.stringify(RECORD))])],
    [
      'a record of more bytes than the file has',
      withRecord({ ...RECORD, onnx: { ...RECORD.onnx, bytes: 1e15 } }),
    ],
    [
      'a record of fewer bytes than the file has',
      withRecord({ ...RECORD, onnx: { ...RECORD.onnx, bytes: 1 } }),
    ],
  ])('is refused with %s', async (_, bytes) => {
    expect((await failure(readOnnxFile(bytes))).code).toBe('BUNDLE_METADATA');
  });

  it.each([
    ['a record that is not JSON', '{'],
    ['a record of an unknown version', { ...RECORD, version: 2 }],
    ['an unknown key in the record', { ...RECORD, owner: 'x' }],
    ['an invalid hash', { ...RECORD, onnx: { ...RECORD.onnx, sha256: 'x' } }],
    ['a golden record without fields', { ...RECORD, golden: {} }],
    ['a list as training facts', { ...RECORD, training: [] }],
    ['a deeply nested record', `{"version":1,"training":${'['.repeat(10_000)}`],
    ['__proto__', '{"version":1,"__proto__":{"golden":null}}'],
  ])('is refused with %s', async (_, record) => {
    expect((await failure(readOnnxFile(withRecord(record)))).code).toBe('BUNDLE_FILE_INVALID');
  });

  it('is refused if it is truncated at any byte', async () => {
    for (let length = onnx.length + 1; length < file.length; length += 7) {
      expect((await failure(readOnnxFile(file.slice(0, length)))).code).toBe('BUNDLE_METADATA');
    }
  });
});
