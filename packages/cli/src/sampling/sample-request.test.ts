import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { describe, expect, it } from 'vitest';
import type { SampleFlags } from './sample-flags.ts';
import { columnsOf, requestOfFlags } from './sample-request.ts';

const spec = (names: readonly string[] | null): ModelSpec => ({
  name: 'm',
  image: { channels: 1, height: 8, width: 8 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: names === null ? null : { count: names.length + 1, names, nullClass: names.length },
});
const flags = (given: Partial<SampleFlags> = {}): SampleFlags => ({
  batchSize: 64,
  provider: 'auto',
  out: 'samples.png',
  ...given,
});

describe('requestOfFlags', () => {
  it('fills in little', () => {
    expect(requestOfFlags(flags(), spec(null))).toEqual({ seed: '0', count: 16 });
  });

  it('goes through the classes in turn, one a column', () => {
    const all = flags({ class: 'all', guidance: 2 });
    const request = requestOfFlags(all, spec(['a', 'b', 'c']));
    expect(request).toMatchObject({ count: 12, class: [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2], guidance: 2 });
    expect(columnsOf(all, spec(['a', 'b', 'c']))).toBe(3);
  });

  it('takes a class by its name first, then by its number', () => {
    const chosen = (text: string, names: readonly string[]) =>
      requestOfFlags(flags({ class: text }), spec(names)).class;
    expect(chosen('cat', ['dog', 'cat'])).toBe(1);
    expect(chosen('1', ['dog', 'cat'])).toBe(1);
    expect(chosen('7', ['7', '8'])).toBe(0);
    expect(() => chosen('2', ['dog', 'cat'])).toThrow('m knows 0 dog, 1 cat; or say all');
    expect(() => requestOfFlags(flags({ class: '0' }), spec(null))).toThrow('knows no classes');
  });
});
