import { describe, expect, it } from 'vitest';
import { mergeLayers } from './merge-layers.ts';

describe('mergeLayers', () => {
  it('merges objects, replaces other values, and ignores undefined values', () => {
    const merged = mergeLayers({ a: 1, o: { x: 1, y: [1, 2] } }, { a: undefined, o: { y: [3] }, n: null });
    expect(merged).toEqual({ a: 1, o: { x: 1, y: [3] }, n: null });
  });

  it('does not merge fields of different kinds', () => {
    const weighting = mergeLayers({ w: { kind: 'min-snr', gamma: 5 } }, { w: { kind: 'simple' } });
    expect(weighting).toEqual({ w: { kind: 'simple' } });
    expect(mergeLayers({ w: { kind: 'cosine', warmup: 3 } }, { w: { warmup: 4 } })).toEqual({
      w: { kind: 'cosine', warmup: 4 },
    });
  });

  it('keeps a value that is not an object even if a later layer has an object, so that the parser refuses it', () => {
    for (const wrong of [3, null, [], 'adam'])
      expect(mergeLayers({ o: { x: 1 } }, { o: wrong }, { o: { x: undefined } })).toEqual({ o: wrong });
    expect(mergeLayers({ o: null }, { o: 4 })).toEqual({ o: 4 });
  });

  it('treats keys of Object.prototype as ordinary fields', () => {
    const layer = JSON.parse('{"__proto__":{"steps":7},"toString":{"a":1},"o":{"__proto__":3}}');
    const merged = mergeLayers({ steps: 1 }, layer);
    expect(Object.keys(merged)).toEqual(['steps', '__proto__', 'toString', 'o']);
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect(JSON.stringify(merged)).toBe(
      '{"steps":1,"__proto__":{"steps":7},"toString":{"a":1},"o":{"__proto__":3}}',
    );
  });

  it('copies the objects of its layers', () => {
    const layer = { o: { x: 1 } };
    expect(mergeLayers(layer).o).not.toBe(layer.o);
  });
});
