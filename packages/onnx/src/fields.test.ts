import { describe, expect, it } from 'vitest';
import {
  concatenate,
  type Field,
  fieldsOf,
  float32Of,
  int32Of,
  integerField,
  stringField,
  stringOf,
  varints,
} from './fields.ts';

const only = (bytes: readonly number[]): Field => {
  const [field, ...rest] = fieldsOf(Uint8Array.from(bytes));
  if (field === undefined || rest.length > 0) throw new Error('expected one field');
  return field;
};
const malformed = expect.objectContaining({ code: 'ONNX_MALFORMED' });
const truncated = expect.objectContaining({ code: 'ONNX_TRUNCATED' });

describe('fields of a message', () => {
  // The examples in protobuf's description of its encoding.
  it('are decoded correctly in the published examples', () => {
    const number = only([0x08, 0x96, 0x01]);
    expect([number.number, int32Of(number)]).toEqual([1, 150]);
    const text = only([0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]);
    expect([text.number, stringOf(text)]).toEqual([2, 'testing']);
    expect(int32Of(only([0x08, 0xfe, ...Array<number>(8).fill(0xff), 0x01]))).toBe(-2);
  });

  it('are read as they were written', () => {
    const message = concatenate([integerField(1, 150), stringField(20, 'testing')]);
    expect([...integerField(1, 150)]).toEqual([0x08, 0x96, 0x01]);
    const fields = fieldsOf(message);
    expect(fields.map(({ number }) => number)).toEqual([1, 20]);
    expect(concatenate(fields.map(({ whole }) => whole))).toEqual(message);
  });

  it('can have lengths over 2³¹', () => {
    expect([...varints(2 ** 32)]).toEqual([0x80, 0x80, 0x80, 0x80, 0x10]);
  });

  it('are rejected if they are groups, are truncated or contain a number of the wrong size', () => {
    expect(() => fieldsOf(Uint8Array.of(0x0b))).toThrow(malformed);
    for (const bytes of [[0x08], [0x08, 0x96], [0x0d, 0, 0, 0], [0x12, 0x07, 0x74]]) {
      expect(() => fieldsOf(Uint8Array.from(bytes))).toThrow(truncated);
    }
    expect(float32Of(only([0x0d, 0, 0, 0x80, 0x3f]))).toBe(1);
    expect(() => float32Of(only([0x08, 0x01]))).toThrow(malformed);
  });
});
