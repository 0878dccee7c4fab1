import { describe, expect, it } from 'vitest';
import { createBatches } from './batches.ts';
import { checkedDataset, type Dataset } from './dataset.ts';
import { listingOf } from './folder-listing.ts';
import { type FolderPlan, type FolderPlanOptions, planFolder } from './folder-plan.ts';
import { subset } from './subset.ts';
import { cleanTags, wordsOf, wordsOfFile } from './tag-words.ts';
import { buildTags, type TagTable, tagCounts, tagsOfImage } from './tags.ts';

const lists = [['red', 'disc'], ['red'], [], ['blue', 'disc', 'rare'], ['red', 'blue']];

describe('buildTags', () => {
  it('orders tags by their number of images, omits rare tags, and reports them', () => {
    const { table, notes } = buildTags(lists, 2, 'set');
    expect(table?.names).toEqual(['red', 'blue', 'disc']);
    expect([...(table?.offsets ?? [])]).toEqual([0, 2, 3, 3, 5, 7]);
    expect([...(table?.indices ?? [])]).toEqual([0, 2, 0, 1, 2, 0, 1]);
    expect(tagCounts(table as TagTable)).toEqual([3, 2, 2]);
    expect(notes).toEqual([
      'tags: 3 of 4 are used; the others belong to fewer than 2 images (--min-tag-count)',
      'tags: no used tag for 1 of 5 images',
    ]);
  });

  it('uses tags of at least 5 images by default, and returns a note instead of a table without such tags', () => {
    expect(buildTags(lists, undefined, 'set')).toEqual({
      notes: [
        'tags: all tags (4) belong to fewer than 5 images each, so the images are used without tags (--min-tag-count)',
      ],
    });
    expect(
      buildTags(
        Array.from({ length: 5 }, () => ['x']),
        undefined,
        'set',
      ).table?.names,
    ).toEqual(['x']);
    expect(() => buildTags(lists, 4, 'set')).toThrow(/all tags \(4\) belong to fewer than 4 images each/);
  });
});

describe('the words of tags', () => {
  it('are lower-case words without fillers and numbers, each once', () => {
    expect(wordsOf('A Cat with the HAT, 2 cats & a cat')).toEqual(['cat', 'hat', 'cats']);
    expect(wordsOfFile('animals/IMG_0012-crème_brûlée.v2.png')).toEqual(['img', 'crème', 'brûlée', 'v2']);
    expect(wordsOfFile('a/007.png')).toEqual([]);
  });

  it('are converted to lower case and single spaces, and split at commas', () => {
    expect(cleanTags(['  Smileys &  Emotion', 'red,Blue', 'RED', ''])).toEqual([
      'smileys & emotion',
      'red',
      'blue',
    ]);
  });
});

function plan(files: Readonly<Record<string, string>>, options?: FolderPlanOptions): Promise<FolderPlan> {
  return planFolder(
    'set',
    listingOf(Object.keys(files), new Set(['.png'])),
    async (path) => new TextEncoder().encode(files[path]),
    options,
  );
}

const jsonl = (...rows: readonly object[]): string => rows.map((row) => JSON.stringify(row)).join('\n');

describe('the tags of a folder', () => {
  it('come from the lists of metadata.jsonl, and the class is one of them', async () => {
    const found = await plan({
      'a.png': '',
      'b.png': '',
      'metadata.jsonl': jsonl(
        { file_name: 'a.png', label: 'Animals', tags: ['Cat', 'red'] },
        { file_name: 'b.png', label: 'Food', tags: null },
      ),
    });
    expect(found.tags).toEqual([['cat', 'red', 'animals'], ['food']]);
    expect(found.classNames).toEqual(['Animals', 'Food']);
  });

  it('come from the words of "text", and do not need classes', async () => {
    const found = await plan({
      'a.png': '',
      'metadata.jsonl': jsonl({ file_name: 'a.png', text: 'A red cat' }),
    });
    expect(found.tags).toEqual([['red', 'cat']]);
    expect(found.warnings).toEqual([]);
  });

  it('come from a column of metadata.csv, separated by commas', async () => {
    const found = await plan({ 'a.png': '', 'metadata.csv': 'file_name,tags\na.png,"red, cat"\n' });
    expect(found.tags).toEqual([['red', 'cat']]);
  });

  it('come from the names of files and class folders if requested', async () => {
    const files = { 'pets/black_cat.png': '', 'pets/dog 2.png': '' };
    expect((await plan(files)).tags).toBeUndefined();
    expect((await plan(files, { tagsFromNames: true })).tags).toEqual([
      ['black', 'cat', 'pets'],
      ['dog', 'pets'],
    ]);
  });

  it('are ignored if requested', async () => {
    const files = { 'a.png': '', 'metadata.jsonl': jsonl({ file_name: 'a.png', tags: [1] }) };
    expect((await plan(files, { ignoreTags: true })).tags).toBeUndefined();
    await expect(plan(files)).rejects.toThrow(/metadata\.jsonl:1: tags is \[1\]; expected a list of strings/);
  });

  it('are refused above 100 characters', async () => {
    const files = { 'a.png': '', 'metadata.jsonl': jsonl({ file_name: 'a.png', tags: ['x'.repeat(101)] }) };
    await expect(plan(files)).rejects.toThrow(/has 101 characters; expected at most 100/);
  });
});

describe('a set with tags', () => {
  const { table } = buildTags(lists, 1, 'set');
  const tags = table as TagTable;
  const shape = { channels: 1, height: 1, width: 1 };
  const dataset: Dataset = checkedDataset({ name: 'set', count: 5, shape, pixels: new Uint8Array(5), tags });

  it('keeps the tags of the images in a subset, and all names', () => {
    const last = subset(dataset, (i) => i >= 3).tags as TagTable;
    expect(last.names).toEqual(tags.names);
    expect([0, 1].map((i) => Array.from(tagsOfImage(last, i), (tag) => last.names[tag]))).toEqual([
      ['blue', 'disc', 'rare'],
      ['red', 'blue'],
    ]);
    expect(subset(dataset, 2).tags?.offsets).toEqual(Uint32Array.of(0, 2, 3));
  });

  it('passes the tags of images to batches', () => {
    const { indices, tags: ofBatch = [] } = createBatches(dataset, { batchSize: 7, seed: 3 }).batch(2);
    expect(ofBatch.map((list) => [...list])).toEqual(
      Array.from(indices, (image) => [...tagsOfImage(tags, image)]),
    );
  });

  it('is refused if its table does not fit', () => {
    const wrong = { ...dataset, tags: { ...tags, offsets: tags.offsets.slice(1) } };
    expect(() => checkedDataset(wrong)).toThrow(/5 offsets up to 8 for 5 images/);
    expect(() => checkedDataset({ ...dataset, tags: { ...tags, names: ['red'] } })).toThrow(
      /found tag [123]; expected 0 to 0/,
    );
  });
});
