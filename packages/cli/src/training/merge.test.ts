import { describe, expect, it } from 'vitest';
import { merge } from './merge.ts';

describe('merge', () => {
  it('merges objects, replaces the rest, and passes over what is undefined', () => {
    const merged = merge({ a: 1, o: { x: 1, y: [1, 2] } }, { a: undefined, o: { y: [3] }, n: null });
    expect(merged).toEqual({ a: 1, o: { x: 1, y: [3] }, n: null });
  });

  it('does not carry fields of one kind into another', () => {
    const weighting = merge({ w: { kind: 'min-snr', gamma: 5 } }, { w: { kind: 'simple' } });
    expect(weighting).toEqual({ w: { kind: 'simple' } });
    expect(merge({ w: { kind: 'cosine', warmup: 3 } }, { w: { warmup: 4 } })).toEqual({
      w: { kind: 'cosine', warmup: 4 },
    });
  });

  it('shares no object with its layers', () => {
    const layer = { o: { x: 1 } };
    expect(merge(layer).o).not.toBe(layer.o);
  });
});
