import { describe, expect, it } from 'vitest';
import { decodeModel } from './decode.ts';
import { encodeModel } from './encode.ts';
import { loadExternalData, splitExternalData } from './external-data.ts';
import type { Model } from './model.ts';
import { int64Vector, tensor } from './tensor.ts';

const model: Model = {
  irVersion: 8,
  opsets: { '': 17 },
  producerName: 'test',
  metadata: {},
  graph: {
    name: 'g',
    inputs: [],
    outputs: [],
    nodes: [],
    initializers: [
      tensor('a', 'float32', [500], new Float32Array(500).fill(1)),
      int64Vector('shape', [1, 2]),
      tensor('b', 'uint8', [1024], new Uint8Array(1024).fill(2)),
    ],
  },
};

describe('external data', () => {
  it('is split off at page-aligned offsets and loaded again', () => {
    const split = splitExternalData(model, { location: 'model.onnx.data' });
    const file = Buffer.concat(split.chunks);
    expect(file.length).toBe(split.byteLength);
    expect(split.model.graph.initializers.map(({ external }) => external)).toEqual([
      { location: 'model.onnx.data', offset: '0', length: '2000' },
      undefined,
      { location: 'model.onnx.data', offset: '4096', length: '1024' },
    ]);
    const read = decodeModel(encodeModel(split.model));
    const asked: string[] = [];
    const whole = loadExternalData(read, (location, offset, length) => {
      asked.push(location);
      return new Uint8Array(file.subarray(offset, offset + (length ?? file.length)));
    });
    expect(whole).toEqual(model);
    expect(asked).toEqual(['model.onnx.data', 'model.onnx.data']);
  });

  it.each(['../secret', 'a/../../b', '/etc/passwd', 'C:\\w.bin', '\\\\host\\share', ''])(
    'is not read from %j',
    (location) => {
      expect(() => splitExternalData(model, { location })).toThrow(
        expect.objectContaining({ code: 'ONNX_EXTERNAL_DATA' }),
      );
      expect(() => loadExternalData(withExternal({ location }), () => new Uint8Array(4))).toThrow(
        /relative path without '\.\.'/,
      );
    },
  );

  it('is rejected if its length is wrong', () => {
    expect(() => loadExternalData(withExternal({ location: 'w' }), () => new Uint8Array(3))).toThrow(
      /has 3 bytes at 0; expected 4 for float32\[1\]/,
    );
    expect(() =>
      loadExternalData(withExternal({ location: 'w', offset: '-1' }), () => new Uint8Array(4)),
    ).toThrow(/offset is '-1'/);
    expect(() =>
      loadExternalData(withExternal({ location: 'w', length: '1e3' }), () => new Uint8Array(4)),
    ).toThrow(/length is '1e3'/);
  });
});

function withExternal(external: Record<string, string>): Model {
  const initializers = [
    { name: 'w', dataType: 'float32', dims: [1], raw: new Uint8Array(0), external },
  ] as const;
  return { ...model, graph: { ...model.graph, initializers } };
}
