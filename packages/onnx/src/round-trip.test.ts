import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeModel } from './decode.ts';
import { encodeModel } from './encode.ts';
import { decodeMessage } from './proto.ts';
import { functionsInRest, initializersInRest, typeInRest } from './rest.ts';
import { toStrings } from './typed-array.ts';

const read = (name: string): Buffer => readFileSync(new URL(`../testdata/${name}`, import.meta.url));
const file = read('kitchen-sink.onnx');
const model = decodeModel(file);

// Lists without a meaningful order, because they represent maps.
const unordered = new Set([
  'attribute',
  'metadataProps',
  'opsetImport',
  'externalData',
  'initializer',
  'quantParameterTensorNames',
]);

/**
 * Converts a message to a tree whose text is equal for messages of equal meaning. Absent fields equal fields with their
 * default, except in a oneof. The order in maps is ignored.
 */
function canonical(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes:${Buffer.from(value).toString('hex')}`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  const { low, high } = value as { low?: number; high?: number };
  if (low !== undefined && high !== undefined) return String((BigInt(high) << 32n) | BigInt(low >>> 0));
  const fields = Object.entries(value).map(([key, each]): [string, unknown] => {
    const plain = canonical(each);
    const sorted = Array.isArray(plain) && unordered.has(key);
    return [key, sorted ? plain.map((item) => JSON.stringify(item)).sort() : plain];
  });
  const { $unknowns } = value as { $unknowns?: Uint8Array[] };
  const isDefault = (each: unknown): boolean =>
    each === '' || each === '0' || each === 'bytes:' || (Array.isArray(each) && each.length === 0);
  return Object.fromEntries(
    [...fields, ['$unknowns', ($unknowns ?? []).map(canonical)] as [string, unknown]]
      .filter(([key, each]) => key === 'dimValue' || key === 'dimParam' || !isDefault(each))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

describe('a model that is decoded and encoded', () => {
  it.each(['kitchen-sink.onnx', 'control-flow.onnx', 'written.onnx'])(
    'keeps the meaning of the file %s',
    (name) => {
      const before = read(name);
      const after = encodeModel(decodeModel(before));
      const meaning = canonical(decodeMessage('model', before));
      expect(canonical(decodeMessage('model', after))).toEqual(meaning);
      // The tree is not empty: 464 bytes of control flow give over a thousand characters.
      expect(JSON.stringify(meaning).length).toBeGreaterThan(before.length);
    },
  );

  it('has the same bytes if it is decoded and encoded again', () => {
    const once = encodeModel(model);
    expect(Buffer.from(encodeModel(decodeModel(once))).equals(once)).toBe(true);
  });

  it('has all fields that plain data supports', () => {
    const { graph } = model;
    expect(model).toMatchObject({
      irVersion: 13,
      domain: 'org.example',
      modelVersion: -3,
      docString: 'a model',
    });
    expect(model.opsets).toEqual({ '': 21, 'test.domain': 1 });
    expect(model.metadata).toEqual({ 'isonoise.schedule': '{}', ünïcode: '🎲', empty: '' });
    expect(graph.metadata).toEqual({ graph: 'meta' });
    expect(graph.inputs[0]).toMatchObject({
      dataType: 'float32',
      shape: ['n', 3, null, 28],
      denotation: 'IMAGE',
      dimDenotations: ['DATA_BATCH', 'DATA_CHANNEL', '', ''],
    });
    expect(graph.inputs.find(({ name }) => name === 'no rank')).toEqual({
      name: 'no rank',
      dataType: 'float32',
    });
    expect(graph.inputs.find(({ name }) => name === 'rank 0')?.shape).toEqual([]);
    expect(graph.inputs.find(({ name }) => name === 'zero')?.shape).toEqual([0, 'zero']);
    expect(graph.valueInfos).toEqual([{ name: '図', dataType: 'float32', shape: ['n', '2*n + 1'] }]);
    expect(graph.initializers.map(({ name }) => name)).toEqual([
      'a scalar',
      'outside',
      'segment',
      'words',
      'empty',
    ]);
    expect(graph.initializers[1]).toMatchObject({
      raw: new Uint8Array(0),
      external: { location: 'weights.bin', offset: '4096', length: '16', checksum: '00' },
    });
    const words = graph.initializers[3];
    expect(words?.strings?.slice(0, 2).map((bytes) => new TextDecoder().decode(bytes))).toEqual([
      'one',
      'дво',
    ]);
    expect(() => words && toStrings(words)).toThrow(/element 2 of tensor 'words' is not UTF-8/);
  });

  it('has the exact values of supported attributes, and keeps the others as bytes', () => {
    const [node] = model.graph.nodes;
    expect(node).toMatchObject({
      name: 'node 名前',
      domain: 'test.domain',
      inputs: ['x', '', 'ключ'],
      outputs: ['y', '', '図'],
      docString: 'Документ 文書 🎲',
    });
    expect(Object.entries(node?.metadata ?? {})).toEqual([
      ['k', 'v'],
      ['__proto__', 'polluted?'],
    ]);
    const { attributes = {} } = node ?? {};
    const values = Object.fromEntries(Object.entries(attributes).map(([name, { value }]) => [name, value]));
    expect(values).toMatchObject({
      int: -7,
      big: -(2n ** 63n),
      bigger: 2n ** 63n - 1n,
      zero: 0,
      float: Number.NaN,
      inf: Number.NEGATIVE_INFINITY,
      string: 'naïve 🎲',
      'empty text': '',
      ints: [1, -1, 2n ** 53n + 1n],
      floats: [0.5, Number.POSITIVE_INFINITY, -0],
      strings: ['a', '', 'ü'],
      none: [],
      17: 0,
    });
    for (const kept of ['bytes', 'mixed', 'sparse', 'sparses', 'type', 'types', 'documented']) {
      expect(attributes).not.toHaveProperty(kept);
    }
    expect(decodeMessage('node', node?.rest ?? file).attribute?.map(({ name }) => name)).toEqual([
      'bytes',
      'mixed',
      'sparse',
      'sparses',
      'type',
      'types',
      'documented',
    ]);
  });

  it('makes the names and kinds of the values in `rest` available', () => {
    expect(functionsInRest(model)).toEqual(['test.domain.Twice']);
    expect(initializersInRest(model.graph)).toEqual(['unknown type', 'sparse values']);
    const kinds = model.graph.inputs.slice(1).map((info) => [info.name, typeInRest(info)]);
    expect(Object.fromEntries(kinds)).toMatchObject({
      sequence: 'sequence',
      optional: 'optional',
      map: 'map',
      sparse: 'sparse tensor',
      opaque: 'opaque',
      future: 'tensor of an unknown element type',
    });
  });

  it('is plain data that structuredClone accepts', () => {
    expect(encodeModel(structuredClone(model))).toEqual(encodeModel(model));
  });
});
