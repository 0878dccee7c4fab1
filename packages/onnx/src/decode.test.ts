import { readFileSync } from 'node:fs';
import { isIsonoiseError } from '@isonoise/error';
import { describe, expect, it } from 'vitest';
import { findViolations } from './check.ts';
import { decodeModel } from './decode.ts';
import { describeModel } from './describe.ts';
import { encodeModel } from './encode.ts';
import type { TensorData } from './model.ts';
import { encodeMessage } from './proto.ts';
import { toTypedArray } from './typed-array.ts';

const read = (name: string): Buffer => readFileSync(new URL(`../testdata/${name}`, import.meta.url));
const text = (value: string): Uint8Array => Uint8Array.from(value, (char) => char.charCodeAt(0));

describe('decodeModel', () => {
  it('reads each element type from its typed field and from raw_data as numpy does', () => {
    const expected = JSON.parse(read('tensors.json').toString('utf8')) as Record<string, string>;
    const { initializers } = decodeModel(read('tensors.onnx')).graph;
    const got = initializers.map(({ name, raw }) => [name, Buffer.from(raw).toString('hex')]);
    expect(Object.fromEntries(got)).toEqual(expected);
    expect(initializers.find(({ name }) => name === 'scalar')?.dims).toEqual([]);
    expect(initializers.find(({ name }) => name === 'empty')?.dims).toEqual([2, 0, 3]);
  });

  it('does not copy raw data', () => {
    const bytes = new Uint8Array(read('control-flow.onnx'));
    const { raw } = decodeModel(bytes).graph.initializers[0] ?? {};
    expect(raw?.buffer).toBe(bytes.buffer);
  });

  it.each([
    ['an empty file', text(''), 'ONNX_NOT_A_MODEL', /0 bytes/],
    [
      'a Git LFS pointer',
      text('version https://git-lfs.github.com/spec/v1\noid sha256:0'),
      'ONNX_NOT_A_MODEL',
      /Git LFS/,
    ],
    ['a web page', text('<!doctype html><title>404</title>'), 'ONNX_NOT_A_MODEL', /web page/],
    ['JSON', text('{"error":"not found"}'), 'ONNX_NOT_A_MODEL', /JSON/],
    ['a PNG', text('\u0089PNG\r\n\u001a\n\0\0\0\rIHDR'), 'ONNX_NOT_A_MODEL', /PNG/],
    ['an .ort file', text('\u0018\0\0\0ORTM\0\0\0\0'), 'ONNX_NOT_A_MODEL', /\.ort/],
    ['safetensors', text('@\0\0\0\0\0\0\0{"a":{}}'), 'ONNX_NOT_A_MODEL', /safetensors/],
    ['a different protobuf message', text('\u0012\u0003abc'), 'ONNX_NOT_A_MODEL', /without a graph/],
    ['a name that is not UTF-8', text('\u0012\u0002\u00c3('), 'ONNX_MALFORMED', /not UTF-8/],
    ['field number 0', text('\0\u0001'), 'ONNX_MALFORMED', /damaged/],
  ])('rejects %s with a specific message', (_, bytes, code, message) => {
    expect(() => decodeModel(bytes)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  it('rejects a model truncated at any byte', () => {
    const file = new Uint8Array(read('control-flow.onnx'));
    const codes = new Set<string>();
    for (let end = 0; end < file.length; end++) {
      // The graph is one field, and the operator sets follow it. A file that is cut between these fields is a valid
      // model with fewer operator sets.
      const result = attempt(() => decodeModel(file.subarray(0, end)));
      codes.add(isIsonoiseError(result) ? result.code : 'read');
      if (result === undefined) expect(end).toBeGreaterThan(file.length - 10);
    }
    expect([...codes].sort()).toEqual(['ONNX_NOT_A_MODEL', 'ONNX_TRUNCATED', 'read']);
  });

  it('enforces its limits', () => {
    const file = read('kitchen-sink.onnx');
    expect(() => decodeModel(file, { maxBytes: 100 })).toThrow(
      expect.objectContaining({ code: 'ONNX_LIMIT' }),
    );
    expect(() => decodeModel(file, { maxFields: 50 })).toThrow(
      expect.objectContaining({ code: 'ONNX_LIMIT', message: expect.stringContaining('maxFields') }),
    );
  });

  it('rejects graphs nested so deeply that they would overflow the stack', () => {
    let graph = encodeMessage('graph', { name: 'leaf' });
    for (let depth = 0; depth < 300; depth++) graph = wrap(wrap(wrap(graph, 6), 5), 1);
    expect(() => decodeModel(wrap(graph, 7))).toThrow(
      expect.objectContaining({ code: 'ONNX_MALFORMED', message: expect.stringContaining('max depth') }),
    );
  });

  it.each([
    [
      'twice',
      { dataType: 1, dims: [1], floatData: [1], rawData: new Uint8Array(4) },
      /floatData and rawData/,
    ],
    [
      'in the field of a different type',
      { dataType: 1, dims: [1], int64Data: [1] },
      /int64Data; expected one of rawData, floatData/,
    ],
    [
      'as raw strings',
      { dataType: 8, dims: [1], rawData: new Uint8Array(4) },
      /'string' has elements in rawData/,
    ],
  ])('rejects elements stored %s', (_, tensor, message) => {
    const bytes = encodeMessage('model', { graph: { initializer: [{ name: 't', ...tensor }] } });
    expect(() => decodeModel(bytes)).toThrow(
      expect.objectContaining({ code: 'ONNX_MALFORMED', message: expect.stringMatching(message) }),
    );
  });

  it('reads a tensor that claims more values than the file has, without allocating them', () => {
    const dims = [2 ** 20, 2 ** 20, 2 ** 10];
    const claims = { name: 't', dataType: 1, dims, rawData: new Uint8Array(4) };
    const model = decodeModel(encodeMessage('model', { graph: { initializer: [claims] } }));
    expect(describeModel(model).parameterCount).toBe(2 ** 50);
    const [tensor] = model.graph.initializers;
    expect(() => toTypedArray(tensor as TensorData)).toThrow(
      expect.objectContaining({ code: 'ONNX_BAD_VALUE', message: expect.stringContaining('has 4 bytes') }),
    );
  });

  it('reads each damaged file or rejects it with an IsonoiseError', () => {
    const files = ['kitchen-sink.onnx', 'tensors.onnx', 'control-flow.onnx', 'written.onnx'].map(read);
    const random = generator(1);
    let readable = 0;
    for (let round = 0; round < 600; round++) {
      const bytes = new Uint8Array(files[round % files.length] ?? []);
      const changes = 1 + (random() % 4);
      for (let k = 0; k < changes; k++) bytes[random() % bytes.length] = random() % 256;
      const end = random() % 3 === 0 ? random() % bytes.length : bytes.length;
      const error = attempt(() => {
        const model = decodeModel(bytes.subarray(0, end));
        readable++;
        describeModel(model);
        findViolations(model);
        decodeModel(encodeModel(model));
      });
      if (error !== undefined && !isIsonoiseError(error)) throw error;
    }
    // Some damaged files are read, and others are rejected.
    expect(readable).toBeGreaterThan(50);
    expect(readable).toBeLessThan(500);
  });
});

function attempt(run: () => void): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Returns a message whose only field is the given message. */
function wrap(bytes: Uint8Array, field: number): Uint8Array {
  const prefix: number[] = [(field << 3) | 2];
  let length = bytes.length;
  for (; length > 127; length >>>= 7) prefix.push((length & 127) | 128);
  return Uint8Array.from([...prefix, length, ...bytes]);
}

/** Returns Lehmer's random number generator (Park & Miller 1988). A seed always gives the same numbers. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state;
  };
}
