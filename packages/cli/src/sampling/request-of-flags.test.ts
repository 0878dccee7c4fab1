import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { describe, expect, it } from 'vitest';
import { chosenClass, columnsOf, imagesOfOneTurn, noteOfAll, requestOfFlags } from './request-of-flags.ts';
import type { SampleFlags } from './sample-flags.ts';

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
  it('returns only seed and count by default', () => {
    expect(requestOfFlags(flags(), spec(null))).toEqual({ seed: '0', count: 16 });
  });

  it('cycles through the classes for --class all, and columnsOf returns one column per class', () => {
    const all = flags({ class: 'all', guidance: 2 });
    const request = requestOfFlags(all, spec(['a', 'b', 'c']));
    expect(request).toMatchObject({ count: 12, class: [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2], guidance: 2 });
    expect(columnsOf(all, spec(['a', 'b', 'c']), [0, 1, 2, 0, 1, 2])).toBe(3);
    const resumed = flags({ resumeState: 'half.json' });
    expect(columnsOf(resumed, spec(['a', 'b', 'c']), [0, 1, 2, 0, 1, 2])).toBe(3);
    expect(columnsOf(resumed, spec(['a', 'b', 'c']), [1, 1, 1])).toBeUndefined();
    // Images of a single class may have been drawn without --class all.
    expect(columnsOf(resumed, spec(['a']), [0, 0, 0])).toBeUndefined();
    // If there are fewer images than classes, the sheet has no empty columns.
    expect(columnsOf(all, spec(['a', 'b', 'c']), [0, 1])).toBe(2);
    expect(columnsOf({ ...all, columns: 7 }, spec(['a', 'b', 'c']), [0, 1])).toBe(7);
    expect(columnsOf(flags({ class: 'a' }), spec(['a', 'b', 'c']), [0, 0])).toBeUndefined();
  });

  it('cycles through the classes for --class all, even if a class has the name "all"', () => {
    const model = spec(['some', 'all']);
    const all = flags({ class: 'all', count: 3 });
    expect(requestOfFlags(all, model).class).toEqual([0, 1, 0]);
    expect(noteOfAll(all, model)).toBe(
      '--class all draws every class in turn; the class named "all" is --class-index 1',
    );
    expect(requestOfFlags(flags({ classIndex: 1 }), model).class).toBe(1);
    expect(noteOfAll(flags({ classIndex: 1 }), model)).toBeNull();
    expect(noteOfAll(all, spec(['some', 'none']))).toBeNull();
    expect(noteOfAll(all, spec(null))).toBeNull();
  });

  it('finds a class by name, or else by number, and with --class-index only by number', () => {
    const chosen = (given: Partial<SampleFlags>, names: readonly string[] | null) =>
      requestOfFlags(flags(given), spec(names)).class;
    expect(chosen({ class: 'cat' }, ['dog', 'cat'])).toBe(1);
    expect(chosen({ class: '1' }, ['dog', 'cat'])).toBe(1);
    expect(chosen({ class: '7' }, ['7', '8'])).toBe(0);
    expect(chosen({ classIndex: 1 }, ['1', '2', '10', '11'])).toBe(1);
    expect(chosenClass(flags({ classIndex: 1 }), spec(['1', '2']))).toEqual({
      label: 1,
      name: '2',
      by: 'number',
    });
    expect(() => chosen({ class: '2' }, ['dog', 'cat'])).toThrow('expected a class of m: 0 "dog", 1 "cat"');
    expect(() => chosen({ class: '3' }, ['1', '2', '10', '11'])).toThrow('which is not a name');
    expect(() => chosen({ class: '0' }, null)).toThrow('m is unconditional');
    expect(() => chosen({ class: 'all' }, null)).toThrow('m has no classes');
  });
});

it('imagesOfOneTurn returns the number of classes or lists of tags that take turns', () => {
  const tags = { names: ['cat', 'sun'], counts: [3, 2], dropped: true };
  const tagged = { ...spec(null), tags };
  expect(imagesOfOneTurn(flags({ class: 'all' }), spec(['a', 'b', 'c']))).toBe(3);
  expect(imagesOfOneTurn(flags({ class: 'b' }), spec(['a', 'b', 'c']))).toBe(1);
  expect(imagesOfOneTurn(flags(), tagged)).toBe(1);
  expect(imagesOfOneTurn(flags({ tags: [['cat', 'sun'], ['cat'], []] }), tagged)).toBe(3);
  expect(imagesOfOneTurn(flags({ tags: [['all']] }), tagged)).toBe(2);
});

describe('the tags of --tags', () => {
  const tagged: ModelSpec = {
    ...spec(null),
    tags: { names: ['face', 'cat', 'sun'], counts: [3, 2, 1], dropped: true },
  };

  it('apply to all images, like those of --without', () => {
    const given = flags({ tags: [['cat', 'sun']], without: ['face'] });
    expect(requestOfFlags(given, tagged)).toEqual({
      seed: '0',
      count: 16,
      tags: ['cat', 'sun'],
      without: ['face'],
    });
  });

  it('take turns if the value is "all", in the order of the model', () => {
    const request = requestOfFlags(flags({ tags: [['all']], count: 4 }), tagged);
    expect(request.tags).toEqual([['face'], ['cat'], ['sun'], ['face']]);
  });

  it('take turns if there are several lists, with four images per list by default', () => {
    const lists = [['cat', 'sun'], ['face']];
    expect(requestOfFlags(flags({ tags: lists, count: 3 }), tagged).tags).toEqual([...lists, lists[0]]);
    expect(requestOfFlags(flags({ tags: lists }), tagged).count).toBe(8);
  });

  it('are checked in all lists, even if there are fewer images than lists', () => {
    const given = flags({ tags: [['cat'], ['facee']], count: 1 });
    expect(() => requestOfFlags(given, tagged)).toThrow('"facee" is not a tag');
  });
});
