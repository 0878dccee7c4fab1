import { describe, expect, it } from 'vitest';
import { fromOnnxMetadata, toOnnxMetadata } from './onnx-metadata.ts';
import { readOnnxMetadata } from './onnx-metadata-reader.ts';
import { toSchedulerConfig } from './schedule-mapping.ts';
import type { ModelSpec } from './spec.ts';

const spec: ModelSpec = {
  name: 'digits',
  image: { channels: 3, height: 16, width: 8 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'cosine' }, { prediction_type: 'v_prediction' }),
  classes: { count: 3, names: ['zero', 'ünd'], nullClass: 2 },
};

describe('ONNX metadata', () => {
  it('restore the spec, without regard to foreign keys', () => {
    expect(fromOnnxMetadata({ ...toOnnxMetadata(spec), author: 'x' })).toEqual(spec);
    const plain = { ...spec, classes: null };
    expect(fromOnnxMetadata(toOnnxMetadata(plain))).toEqual(plain);
  });

  it('contain the flag for fractional times only if the spec has it', () => {
    const exact: ModelSpec = { ...spec, fractionalTimes: true };
    expect(fromOnnxMetadata(toOnnxMetadata(exact))).toEqual(exact);
    expect(fromOnnxMetadata(toOnnxMetadata(spec))).not.toHaveProperty('fractionalTimes');
    expect(toOnnxMetadata(spec)).not.toHaveProperty('isonoise.fractional_times');
  });

  it('contain the meaning of the channels only if the spec has it', () => {
    const transparent: ModelSpec = {
      ...spec,
      image: { channels: 4, height: 16, width: 8 },
      pixels: 'premultiplied-rgba',
    };
    expect(fromOnnxMetadata(toOnnxMetadata(transparent))).toEqual(transparent);
    expect(toOnnxMetadata(spec)).not.toHaveProperty('isonoise.pixels');
    expect(() => fromOnnxMetadata({ ...toOnnxMetadata(spec), 'isonoise.pixels': '"rgba"' })).toThrow(
      /isonoise.pixels/,
    );
  });

  it('are rejected if keys are missing, invalid or contradictory', () => {
    expect(() => fromOnnxMetadata({ author: 'x' })).toThrow(
      /got the keys author; expected also isonoise.version/,
    );
    expect(() => fromOnnxMetadata({ ...toOnnxMetadata(spec), 'isonoise.version': '2' })).toThrow(/reads 1/);
    expect(() => fromOnnxMetadata({ ...toOnnxMetadata(spec), 'isonoise.image': '{}' })).toThrow(/channels/);
    expect(() => fromOnnxMetadata({ ...toOnnxMetadata(spec), 'isonoise.image': '{' })).toThrow(
      /expected JSON/,
    );
    const other = JSON.stringify('epsilon');
    expect(() => fromOnnxMetadata({ ...toOnnxMetadata(spec), 'isonoise.prediction_type': other })).toThrow(
      /is epsilon; expected v_prediction, as in isonoise.scheduler/,
    );
  });
});

/** Returns the bytes of a protobuf field, written by hand from the encoding guide. */
const field = (number: number, content: readonly number[]): number[] => [
  number * 8 + 2,
  content.length,
  ...content,
];
const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];

describe('readOnnxMetadata', () => {
  it('finds the entries among fields of every wire type', () => {
    const entry = [...field(1, utf8('clé')), ...field(2, utf8('v'))];
    const model = [
      ...[1 * 8 + 0, 0x80, 0x01], // ir_version, two-byte varint
      ...field(7, [1, 2, 3]), // graph
      ...[15 * 8 + 5, 0, 0, 0, 0], // 32-bit
      ...[15 * 8 + 1, 0, 0, 0, 0, 0, 0, 0, 0], // 64-bit
      ...field(14, entry),
      ...field(14, [...field(1, utf8('empty'))]),
    ];
    expect(readOnnxMetadata(Uint8Array.from(model))).toEqual({ clé: 'v', empty: '' });
    expect(readOnnxMetadata(new Uint8Array())).toEqual({});
  });

  it.each<[string, number[]]>([
    ['a field that extends past the end', [14 * 8 + 2, 100, 1]],
    ['an endless number', new Array<number>(20).fill(0xff)],
    ['a truncated number', [8, 0x80]],
    ['a field of the wire type "group"', [1 * 8 + 3]],
    ['a length beyond 2^53', [14 * 8 + 2, ...new Array<number>(9).fill(0xff), 1]],
  ])('rejects %s', (_name, bytes) => {
    expect(() => readOnnxMetadata(Uint8Array.from(bytes))).toThrow(
      expect.objectContaining({ code: 'BUNDLE_METADATA' }),
    );
  });
});
