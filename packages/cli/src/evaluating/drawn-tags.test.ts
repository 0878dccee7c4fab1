import type { ModelSpec } from '@isonoise/bundle';
import type { Dataset } from '@isonoise/data';
import { describe, expect, it } from 'vitest';
import type { Terminal } from '../terminal/terminal.ts';
import { drawnTags } from './drawn-tags.ts';

const known: NonNullable<ModelSpec['tags']> = { names: ['red', 'disc'], counts: [3, 2], dropped: true };
const spec = { name: 'shapes', tags: known };
/** Four images with these tags: red; red and disc; none; disc. */
const training: Dataset = {
  name: 'folder',
  count: 4,
  shape: { channels: 1, height: 1, width: 1 },
  pixels: new Uint8Array(4),
  tags: { names: known.names, offsets: Uint32Array.of(0, 1, 3, 3, 4), indices: Uint16Array.of(0, 0, 1, 1) },
};
const { tags: _, ...untagged } = training;

/** Returns a terminal, and the list of the warnings that it receives. */
function listener(): { readonly warnings: string[]; readonly terminal: Terminal } {
  const warnings: string[] = [];
  const terminal = { warn: (text: string) => warnings.push(text) };
  return { warnings, terminal: terminal as Partial<Terminal> as Terminal };
}
const { terminal } = listener();

describe('drawnTags', () => {
  it('returns the tags of every training image once, and then repeats the order', () => {
    const tags = drawnTags(spec, { seed: '1' }, training, terminal);
    const of = (from: number) =>
      Array.from({ length: 4 }, (_, i) => tags?.of(from + i).join('+') ?? 'missing');
    expect(of(0).sort()).toEqual(['', 'disc', 'red', 'red+disc']);
    expect(of(400)).toEqual(of(0));
    expect(tags?.of(tags.example).length).toBeGreaterThan(0);
    expect(tags?.text).toBe('those of the training images');
  });

  it('uses a different order for each seed, and the same order for the same seed', () => {
    const identity = (seed: string) => drawnTags(spec, { seed }, training, terminal)?.identity;
    expect(identity('1')).toBe(identity('1'));
    expect(new Set(['1', '2', '3', '4', '18446744073709551615'].map(identity)).size).toBeGreaterThan(1);
  });

  it('leaves out images without tags if the network was always trained with tags', () => {
    const always = { name: 'shapes', tags: { ...known, dropped: false } };
    const tags = drawnTags(always, { seed: '1' }, training, terminal);
    const drawn = [0, 1, 2].map((image) => tags?.of(image).join('+'));
    expect(drawn.sort()).toEqual(['disc', 'red', 'red+disc']);
    expect(() => drawnTags(always, { seed: '1' }, untagged, terminal)).toThrow(
      'the images of folder have none of the tags of shapes, which was never trained without tags',
    );
  });

  it('returns no tags and warns if the training images have no tags', () => {
    const { warnings, terminal } = listener();
    const tags = drawnTags(spec, { seed: '1' }, untagged, terminal);
    expect([tags?.of(5), tags?.text]).toEqual([[], 'none']);
    expect(warnings).toEqual([
      'the images of folder have none of the tags of shapes, so images are drawn without tags; to draw with tags, pass --tags',
    ]);
  });

  it('returns the tags of the flags for all images, and undefined for models without tags', () => {
    const tags = drawnTags(spec, { seed: '1', tags: ['disc', 'red'] }, untagged, terminal);
    expect([tags?.of(0), tags?.of(9), tags?.text]).toEqual([['disc', 'red'], ['disc', 'red'], 'disc, red']);
    expect(drawnTags({ name: 'mnist' }, { seed: '1' }, training, terminal)).toBeUndefined();
  });
});
