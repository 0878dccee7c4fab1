import { describe, expect, it } from 'vitest';
import { useImageTree } from '../../testdata/image-tree.ts';
import { readImageFolder } from './image-folder.ts';

const tree = useImageTree();
const { put, picture } = tree;

describe('metadata', () => {
  it('in the training split gives the labels, as in ImageFolder of Hugging Face', async () => {
    await picture('train/a.png', 50);
    await picture('test/b.png', 60);
    await put('train/metadata.jsonl', '{"file_name": "a.png", "label": "cat"}');
    await put('test/metadata.jsonl', '{"file_name": "b.png", "label": "dog"}');
    const { dataset } = await readImageFolder(tree.root);
    expect([dataset.classNames, dataset.files]).toEqual([['cat'], ['train/a.png']]);
  });

  it('above the splits lists the images of all splits', async () => {
    await picture('train/a.png', 50);
    await picture('test/b.png', 60);
    await put('metadata.csv', 'file_name,label\ntrain/a.png,cat\ntest/b.png,dog\n');
    expect((await readImageFolder(tree.root)).dataset.classNames).toEqual(['cat']);
  });

  it('in the only subfolder is read together with its images', async () => {
    await picture('images/a.png');
    await put('images/metadata.jsonl', '{"file_name": "a.png", "label": "cat"}');
    const { dataset, notes } = await readImageFolder(tree.root);
    expect(dataset.classNames).toEqual(['cat']);
    expect(notes).toEqual(['images/ was read: it holds the images and their metadata']);
  });

  it('as CSV gives labels by name, or by index if all labels consist of digits', async () => {
    await picture('a.png', 50);
    await picture('b.png', 60);
    await put('metadata.csv', 'file_name,text,label\r\nb.png,"a dog, asleep",dog\r\na.png,,cat\r\n');
    const named = (await readImageFolder(tree.root)).dataset;
    expect([named.classNames, named.labels]).toEqual([['cat', 'dog'], Int32Array.of(0, 1)]);
    await put('metadata.csv', 'label,file_name\n2,a.png\n0,b.png\n');
    const numbered = (await readImageFolder(tree.root)).dataset;
    expect([numbered.classNames, numbered.labels]).toEqual([['0', '1', '2'], Int32Array.of(2, 0)]);
    await put('metadata.csv', 'label,file_name\n2,a.png,x\n');
    await expect(readImageFolder(tree.root)).rejects.toThrow('metadata.csv:2: 3 fields; expected 2');
  });

  it('as CSV with other columns or separators is refused, and the message lists the columns', async () => {
    await picture('a.png');
    await put('metadata.csv', 'file_name;label\na.png;cat\n');
    await expect(readImageFolder(tree.root)).rejects.toThrow(
      'metadata.csv:1: columns "file_name;label"; expected one named "file_name"',
    );
    await put('metadata.csv', 'image,label\na.png,cat\n');
    await expect(readImageFolder(tree.root)).rejects.toThrow(
      'metadata.csv:1: columns "image", "label"; expected',
    );
  });

  it('in two files, or as Parquet, is refused', async () => {
    await picture('a.png');
    await put('metadata.csv', 'file_name,label\na.png,cat\n');
    await put('metadata.jsonl', '{"file_name": "a.png", "label": "cat"}');
    await expect(readImageFolder(tree.root)).rejects.toThrow(
      'both metadata.jsonl and metadata.csv list the images',
    );
    await put('metadata.parquet', 'PAR1');
    await expect(readImageFolder(tree.root)).rejects.toThrow('metadata.parquet: Parquet is not read');
  });

  it.each([
    ['metadata.jsonl', '\ufeff{"file_name": "a.png", "label": "cat"}'],
    ['metadata.csv', '\ufefffile_name,label\na.png,cat\n'],
  ])('in %s may begin with a byte order mark', async (file, text) => {
    await picture('a.png');
    await put(file, text);
    expect((await readImageFolder(tree.root)).dataset.classNames).toEqual(['cat']);
    const utf16 = Buffer.from(text, 'utf16le');
    await put(file, utf16);
    expect((await readImageFolder(tree.root)).dataset.classNames).toEqual(['cat']);
  });

  it('without labels leads to a warning', async () => {
    await picture('a.png');
    await put('metadata.jsonl', '{"file_name": "a.png", "caption": "a cat"}');
    expect((await readImageFolder(tree.root)).warnings).toEqual([
      'metadata.jsonl has no "label"; the images have no classes',
    ]);
  });

  it('with tags needs no labels, and tags of too few images lead to a note', async () => {
    await picture('a.png');
    await put('metadata.jsonl', '{"file_name": "a.png", "text": "a cat"}');
    expect(await readImageFolder(tree.root)).toMatchObject({
      notes: [
        'tags: all tags (1) belong to fewer than 5 images each, so the images are used without tags (--min-tag-count)',
      ],
      warnings: [],
    });
    expect((await readImageFolder(tree.root, { minTagCount: 1 })).dataset.tags?.names).toEqual(['cat']);
  });
});
